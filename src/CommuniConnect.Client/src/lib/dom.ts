type Child = Node | string | null | undefined | false;

/**
 * Makes an element. `attributes` are set as written; true gives an empty attribute, false, null and undefined none.
 * Text always arrives as text nodes, so nothing members write can become markup.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number | boolean | null | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child): child is Node | string => !!child || child === ''));
  return element;
}

/** Gives the keyboard a place again where what had it is gone: the heading, which is read out. */
export function focusHeading(root: Element): void {
  const heading = root.querySelector('h1');
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

// 24x24 outlines, drawn here so that no page needs an icon file before its buttons can be seen.
const shapes = {
  play: 'M8 5v14l11-7z',
  back: 'M11 6v12l-8.5-6zM20 6v12l-8.5-6z',
  forward: 'M4 6v12l8.5-6zM13 6v12l8.5-6z',
  pause: 'M7 5h4v14H7zM13 5h4v14h-4z',
  sound: 'M4 9v6h4l5 4V5L8 9zM16 8.5a4 4 0 0 1 0 7v2.2a6.2 6.2 0 0 0 0-11.4z',
  muted: 'M4 9v6h4l5 4V5L8 9zM22 9.9 20.6 8.5 18.5 10.6 16.4 8.5 15 9.9 17.1 12 15 14.1 16.4 15.5 18.5 13.4 20.6 15.5 22 14.1 19.9 12z',
  full: 'M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z',
  pip: 'M3 5h18v14H3zM5 7v10h14V7zM12 11h6v5h-6z',
  camera: 'M3 6h12v4l5-3v10l-5-3v4H3z',
  screen: 'M3 4h18v12H3zM5 6v8h14V6zM8 18h8v2H8z',
  shield: 'M12 2 4 5v6c0 5 3.4 9.3 8 11 4.6-1.7 8-6 8-11V5zM12 4.2l6 2.2V11c0 3.9-2.5 7.3-6 8.8z',
  mic: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11h2a4 4 0 0 0 8 0h2a6 6 0 0 1-5 5.9V21h-2v-4.1A6 6 0 0 1 6 11z',
} as const;

export type IconName = keyof typeof shapes;

/** A decorative icon, hidden from assistive technology: the button around it carries the name. */
export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('focusable', 'false');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', shapes[name]);
  svg.append(path);
  return svg;
}

/** A button that shows only an icon; its name is spoken and shown as a tooltip. */
export function iconButton(name: IconName, label: string, className = 'control'): HTMLButtonElement {
  const button = h('button', { type: 'button', class: className }, icon(name));
  setIcon(button, name, label);
  return button;
}

/** Changes an icon button's picture and name, and nothing when they are already so (focus stays). */
export function setIcon(button: HTMLButtonElement, name: IconName, label: string): void {
  button.querySelector('path')?.setAttribute('d', shapes[name]);
  button.setAttribute('aria-label', label);
  button.title = label;
}
