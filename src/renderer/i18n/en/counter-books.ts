export default {
  title: "Today's books",
} as const;
