import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connectPin } from './backend/connect-pin';
import { PinApp } from './pin/PinApp';
import './theme/pin-index.css';

const root = document.getElementById('root');
if (root) {
  void connectPin().then((backend) =>
    createRoot(root).render(
      <StrictMode>
        <PinApp backend={backend} />
      </StrictMode>,
    ),
  );
}
