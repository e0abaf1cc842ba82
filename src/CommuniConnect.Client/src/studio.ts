import { LiveChat } from './elements/live-chat.js';
import './elements/live-studio.js';
import { define } from './lib/element.js';

define('live-chat', LiveChat);
