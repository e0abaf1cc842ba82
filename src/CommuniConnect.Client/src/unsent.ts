import './elements/unsent-takes.js';
