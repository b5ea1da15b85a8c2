import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { connect } from './backend/connect';
import { settingsAtStart } from './backend/start';
import './theme/index.css';

const root = document.getElementById('root');
if (root) {
  void connect().then((backend) =>
    createRoot(root).render(
      <StrictMode>
        <App backend={backend} start={settingsAtStart()} />
      </StrictMode>,
    ),
  );
}
