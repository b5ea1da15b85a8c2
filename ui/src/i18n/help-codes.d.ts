declare module 'virtual:help-codes' {
  /** Help codes in order (vite/help-codes.ts). */
  const codes: readonly string[];
  export default codes;
}
