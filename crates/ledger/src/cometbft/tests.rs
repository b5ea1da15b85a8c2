mod differential;
mod fixtures;
mod hostile;
mod published;
