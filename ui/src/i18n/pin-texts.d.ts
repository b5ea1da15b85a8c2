/** The texts of the PIN window (vite/pin-texts.ts). */
declare module 'virtual:pin-texts' {
  const texts: Record<'et' | 'en' | 'ru', Record<string, string>>;
  export default texts;
}
