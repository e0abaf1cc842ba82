/** A choice of emoji every device of the last years draws; a picker with all 3,700 is a search engine. */
export const EMOJI_GROUPS: readonly { readonly fr: string; readonly en: string; readonly emoji: readonly string[] }[] = [
  {
    fr: 'Visages',
    en: 'Faces',
    emoji: split('😀 😃 😄 😁 😆 😅 🤣 😂 🙂 🙃 😉 😊 😇 🥰 😍 🤩 😘 😋 😛 😜 🤪 🤗 🤭 🤫 🤔 🤨 😐 😑 😶 😏 😒 🙄 😬 😌 😔 😴 😷 🤒 🤢 🤯 🥳 😎 🤓 😕 😟 😮 😲 😳 🥺 😢 😭 😱 😤 😡 🤬 💀 🤡 👻'),
  },
  {
    fr: 'Gestes',
    en: 'Gestures',
    emoji: split('👋 🤚 ✋ 🖖 👌 🤏 ✌️ 🤞 🤟 🤘 🤙 👈 👉 👆 👇 ☝️ 👍 👎 ✊ 👊 👏 🙌 👐 🤲 🤝 🙏 💪 👀 🧠 🗣️ 🙋 🙆 🙅 🤷 🤦 💃 🕺 👪'),
  },
  {
    fr: 'Cœurs et signes',
    en: 'Hearts and signs',
    emoji: split('❤️ 🧡 💛 💚 💙 💜 🖤 🤍 🤎 💔 ❣️ 💕 💞 💓 💗 💖 💘 💯 💢 💥 💫 💦 💨 🔥 ✨ ⭐ 🌟 ⚡ ✅ ❌ ❓ ❗ ⚠️ 🆗 🔔 🎵 🎶'),
  },
  {
    fr: 'Animaux et nature',
    en: 'Animals and nature',
    emoji: split('🐶 🐱 🐭 🐰 🦊 🐻 🐼 🦁 🐮 🐷 🐸 🐵 🙈 🙉 🙊 🐔 🐣 🦅 🦋 🐢 🐍 🐘 🦒 🐐 🐑 🐟 🌴 🌳 🌱 🌺 🌸 🌻 ☀️ 🌤️ ⛅ 🌧️ ⛈️ 🌈 🌙 🌍 🌊'),
  },
  {
    fr: 'À table',
    en: 'Food',
    emoji: split('🍎 🍊 🍌 🍉 🍇 🥭 🍍 🥥 🥑 🍅 🌶️ 🌽 🥜 🍞 🥐 🍳 🍗 🍖 🍔 🍟 🍕 🍚 🍲 🍰 🎂 🍪 🍫 🍿 ☕ 🍵 🥤 🧃'),
  },
  {
    fr: 'Activités',
    en: 'Activities',
    emoji: split('⚽ 🏀 🏐 🎾 🥊 🏆 🥇 🥈 🥉 🎯 🎮 🎲 🎤 🎧 🥁 🎸 🎹 🎬 🎨 📷 🎥 🎉 🎊 🎈 🎁 🪘 🎓 📚 💡'),
  },
  {
    fr: 'Lieux et objets',
    en: 'Places and things',
    emoji: split('🏠 🏘️ 🏫 🏥 🕌 ⛪ 🏟️ 🚗 🚕 🚌 🏍️ 🚲 ✈️ ⛵ 🚦 ⏰ ⌛ 📱 💻 🔋 🔌 💸 💰 🔑 🔧 🧹 📌 📍 📣 📅 🇬🇳'),
  },
];

function split(emoji: string): string[] {
  return emoji.split(' ');
}
