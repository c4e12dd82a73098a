// A page of a plan with the remarks pinned on it, and the place of the next one. data: {image, pins: [{number, x, y, tone, text}], value,
// words, direction, disabled}. The state "place" is {x, y}: shares of the page's width and height from its top left.
const held = new WeakMap();
const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const share = (value) => Math.min(1, Math.max(0, Math.round(value * 1000) / 1000));

function make(parentElement) {
  const find = (name) => parentElement.querySelector(name);
  const state = { tools: find(".tools"), frame: find(".frame"), sheet: find(".sheet"), picture: find("img"), said: find(".said"), zoom: 1, waiting: 0 };
  const place = (x, y) => {
    if (state.data.disabled) return;
    state.value = { x: share(x), y: share(y) };
    draw(state);
    clearTimeout(state.waiting);  // arrows pressed one after the other are one move
    state.waiting = setTimeout(() => state.component.setStateValue("place", state.value), 250);
  };
  state.sheet.onclick = (event) => {
    const box = state.picture.getBoundingClientRect();
    place((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  state.frame.onkeydown = (event) => {
    const step = STEP[event.key];
    if (!step || state.data.disabled || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const from = state.value || { x: 0.5, y: 0.5 }, length = event.shiftKey ? 0.05 : 0.01;
    place(from.x + step[0] * length, from.y + step[1] * length);
  };
  const enlarge = (zoom) => {
    const { frame } = state, [across, down] = [(frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth, (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight];
    state.zoom = Math.min(6, Math.max(1, zoom));
    state.sheet.style.width = `${state.zoom * 100}%`;
    frame.scrollTo(across * frame.scrollWidth - frame.clientWidth / 2, down * frame.scrollHeight - frame.clientHeight / 2);
  };
  for (const [name, factor] of [["larger", 1.5], ["smaller", 1 / 1.5], ["whole", 0]]) {
    const button = document.createElement("button");
    button.type = "button"; button.dataset.word = name;
    button.onclick = () => enlarge(state.zoom * factor);
    state.tools.append(button);
  }
  return state;
}

function draw(state) {
  const { data } = state;
  for (const button of state.tools.children) button.textContent = data.words[button.dataset.word];
  state.tools.dir = state.said.dir = data.direction;
  state.frame.setAttribute("aria-label", data.words.page);
  state.frame.classList.toggle("open", !data.disabled);
  if (state.picture.getAttribute("src") !== data.image) { state.picture.src = data.image; state.picture.alt = data.words.page; }
  state.sheet.querySelectorAll(".pin").forEach((pin) => pin.remove());
  const stick = (kind, tag, { x, y, tone }) => {
    const pin = document.createElement(tag);
    pin.className = `pin ${kind} ${tone || ""}`; pin.style.left = `${x * 100}%`; pin.style.top = `${y * 100}%`;
    state.sheet.append(pin);
    return pin;
  };
  for (const remark of data.pins) {
    const pin = stick("", "button", remark);
    pin.type = "button"; pin.textContent = remark.number; pin.title = remark.text;
    pin.setAttribute("aria-label", `${remark.number}. ${remark.text}`);
    pin.onclick = (event) => { event.stopPropagation(); state.said.textContent = `${remark.number}. ${remark.text}`; };
  }
  if (state.value) stick("new", "span", state.value);
  const { words } = data;
  if (!data.disabled) state.said.textContent = state.value
    ? words.at.replace("{x}", Math.round(state.value.x * 100)).replace("{y}", Math.round(state.value.y * 100)) : words.choose;
}

export default function (component) {
  const { parentElement, data } = component;
  const state = held.get(parentElement) || make(parentElement);
  held.set(parentElement, state);
  const value = data.value ? { x: data.value.x, y: data.value.y } : null;
  if (!state.data || JSON.stringify(state.data.value) !== JSON.stringify(data.value) || state.data.image !== data.image) state.value = value;
  Object.assign(state, { component, data });
  draw(state);
  return () => { clearTimeout(state.waiting); held.delete(parentElement); state.tools.replaceChildren(); };
}
