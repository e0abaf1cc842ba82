import { h } from './dom.js';
import { memberName, quartierName, type LivePost } from './live-api.js';

/** Who broadcasts and for which quartier; the name leads to the member's page. */
export function byline(post: LivePost, ...more: (Node | string)[]): HTMLElement {
  const quartier = quartierName(post.author);
  return h('p', { class: 'card-meta' },
    h('a', { href: `/membres/${post.author.id}` }, memberName(post.author)),
    quartier && h('span', {}, quartier),
    ...more);
}
