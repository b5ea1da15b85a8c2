/**
 * The in-memory backend exists only in `vite dev` outside Tauri and in `--mode fixture` builds: the condition is
 * a build-time constant, so the shipped program holds no invented record.
 */
export const fixtureAllowed = import.meta.env.DEV || import.meta.env.MODE === 'fixture';
