//! The real window with the real card service: a private `pcscd` with a virtual card in it, WebKit's own driver, and the demonstration
//! network inside the app (or, where a gateway must lie, in this test).

mod journeys;
mod looks;
mod scene;
mod screen;
mod window;
