//! The real window with the real card service: a private `pcscd` with a virtual card in it, WebKit's own driver, and the demonstration
//! network inside the app (or, where a gateway must lie, in this test).

mod accessible;
mod authorities;
mod clipboard;
mod dialogs;
mod files;
mod first;
mod hostile;
mod journeys;
mod keyboard;
mod languages;
mod lists;
mod looks;
mod manners;
mod notices;
mod permissions;
mod scene;
mod screen;
mod settings;
mod spoken;
mod states;
mod trouble;
mod window;
mod words;
