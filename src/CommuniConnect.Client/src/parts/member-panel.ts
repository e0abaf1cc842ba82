import { api, sentence } from '../lib/api.js';
import { askDialog } from '../lib/ask-dialog.js';
import type { MemberName } from '../lib/chat-api.js';
import type { ChatContext } from '../lib/chat-context.js';
import { h } from '../lib/dom.js';
import { nameOf } from '../lib/moderation-api.js';
import { moderationText } from '../lib/moderation-texts.js';

/** Asks what is wrong with the whole live, or its replay, and tells the moderators. */
export function reportLive(context: ChatContext, home: HTMLElement): void {
  const t = moderationText();
  askDialog(context.scope, home, {
    title: t.reportLive, explained: t.reportExplained, confirm: t.reportLive, danger: false, reason: 'must',
  }, async (reason) => {
    await api('POST', `/api/posts/${context.liveId}/report/`, { body: { reason } });
    context.say(t.reported);
  });
}

/** Lists the members whose messages the reader does not want, each with a way to want them again. */
export function openBlockList(context: ChatContext, home: HTMLElement): void {
  const t = moderationText();
  const body = h('div', { role: 'status' });
  const close = h('button', { type: 'button', class: 'button quiet' }, t.close);
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': 'block-list-title' },
    h('h2', { id: 'block-list-title' }, t.blockList), body, h('div', { class: 'dialog-actions' }, close));
  const { scope } = context;
  scope.listen(close, 'click', () => dialog.close());
  scope.listen(dialog, 'close', () => {
    dialog.remove();
    home.focus();
  });
  scope.onDispose(() => dialog.remove());
  const draw = async () => {
    try {
      const members = await api<MemberName[]>('GET', '/api/users/blocks/', { signal: scope.signal });
      body.replaceChildren(members.length === 0 ? h('p', {}, t.nobodySanctioned) : h('ul', { class: 'room-list' },
        ...members.map((member) => {
          const unblock = h('button', { type: 'button', class: 'button quiet', 'aria-label': t.unblock(nameOf(member)) }, t.unblockShort);
          scope.listen(unblock, 'click', () => {
            unblock.disabled = true;
            void api('DELETE', `/api/users/blocks/${member.id}/`).then(draw, fail);
          });
          return h('li', {}, h('p', {}, h('bdi', {}, nameOf(member))), unblock);
        })));
    } catch (error) {
      fail(error);
    }
  };
  const fail = (error: unknown) => body.replaceChildren(h('p', { class: 'alert error' }, sentence(error)));
  document.body.append(dialog);
  dialog.showModal();
  void draw();
}
