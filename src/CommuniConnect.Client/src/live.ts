import './elements/live-page.js';
import './elements/live-chat.js';
