const heard = { events: [], links: [], hosts: [] };
globalThis.heard = heard;
const state = document.querySelector('#state');
globalThis.residenceCard.onEvent((event) => {
  heard.events.push(event);
  if (event.event === 'state') document.querySelector('#mode').textContent = event.state.mode;
});
globalThis.residenceCard.onLink((link) => {
  heard.links.push(link);
  state.textContent = link;
});
globalThis.residenceCard.onHost((event) => heard.hosts.push(event));
globalThis.residenceCard.attach();
