import { LiveChat } from './elements/live-chat.js';
import './elements/live-page.js';
import { define } from './lib/element.js';
import { pictureOrPatience } from './lib/picture-or-patience.js';

// The picture first: to set the conversation up takes a phone as long as the picture's whole way to its screen.
void pictureOrPatience().then(() => define('live-chat', LiveChat));
