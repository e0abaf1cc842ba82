import { lang } from './lang.js';

const fr = {
  chat: 'Chat du live',
  log: 'Messages du chat',
  field: 'Votre message',
  send: 'Envoyer',
  sending: 'envoi…',
  retry: 'Réessayer',
  notSent: 'Le message n’a pas pu être envoyé.',
  newMessages: 'Nouveaux messages',
  reply: 'Répondre',
  replyTo: (name: string) => `Répondre à ${name}`,
  answering: (name: string) => `Réponse à ${name}`,
  cancelReply: 'Ne plus répondre',
  react: (emoji: string) => `Réagir ${emoji}`,
  left: (count: number) =>
    count >= 0 ? `${count} caractères restants` : `${-count} caractères de trop`,
  nobody: 'Personne n’a encore écrit. Dites bonjour !',
  connecting: 'Connexion au chat…',
  reconnecting: 'Connexion perdue. Vos messages partiront dès son retour.',
  over: 'Le live est terminé',
  historyFailed: 'Les messages n’ont pas pu être chargés.',
};

type ChatTexts = typeof fr;

const en: ChatTexts = {
  chat: 'Live chat',
  log: 'Chat messages',
  field: 'Your message',
  send: 'Send',
  sending: 'sending…',
  retry: 'Try again',
  notSent: 'The message could not be sent.',
  newMessages: 'New messages',
  reply: 'Reply',
  replyTo: (name) => `Reply to ${name}`,
  answering: (name) => `Replying to ${name}`,
  cancelReply: 'Stop replying',
  react: (emoji) => `React ${emoji}`,
  left: (count) => (count >= 0 ? `${count} characters left` : `${-count} characters too many`),
  nobody: 'Nobody has written yet. Say hello!',
  connecting: 'Connecting to the chat…',
  reconnecting: 'Connection lost. Your messages will go out once it is back.',
  over: 'The live has ended',
  historyFailed: 'The messages could not be loaded.',
};

/** The chat's sentences, in the page's language. */
export function chatText(): ChatTexts {
  return lang() === 'en' ? en : fr;
}
