try {
  globalThis.evaluated = Reflect.construct(Function, ['return 1'])();
} catch (error) {
  globalThis.evaluated = `refused: ${error.name}`;
}
