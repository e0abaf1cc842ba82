import './elements/live-studio.js';
import './elements/live-chat.js';
