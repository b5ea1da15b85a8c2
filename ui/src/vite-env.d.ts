/// <reference types="vite/client" />
import './theme/types';
