// Follows the language mark of each run (components/ui/style.py): direction, language, cookie; and puts Streamlit's own
// English words into the reader's language. WORDS ({english: {fr, ar}}) is written before this file by the server.
(() => {
  const html = document.documentElement;
  const pattern = (text) => new RegExp("^" + text.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace("{n}", "([\\d.,]+)").replace("{x}", "(.+)") + "$");
  const fill = (text, found) => found.slice(1).reduce((whole, part) => whole.replace(/\{[nx]\}/, part), text);
  const exact = {}, shapes = [];
  for (const [english, entry] of Object.entries(WORDS)) {
    if (/\{[nx]\}/.test(english)) shapes.push([pattern(english), entry]);
    else exact[english] = entry;
  }
  const back = {};   // the other language -> entry: only used in the moment of the switch

  const word = (text, switching) => {
    const key = text.trim();
    if (!key || key.length > 200) return null;
    const entry = exact[key] || (switching && back[key]);
    if (entry) return text.replace(key, entry[html.lang]);
    for (const [shape, forms] of shapes) {
      const found = key.match(shape);
      if (found) return text.replace(key, fill(forms[html.lang], found));
    }
    return null;
  };

  // Text that people typed is never touched: fields keep it in their value, and .stMarkdown is ours already.
  const fix = (node, switching) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const ours = node.parentElement && node.parentElement.closest("[data-testid=stMarkdownContainer],[data-testid=stHtml],script,style");
      // The button of uploads and the folded menu are Markdown too, but Streamlit's own.
      if (ours && !ours.closest("[data-testid=stFileUploaderDropzone],[data-testid=stHeader],[data-testid=stSidebarNav]")) return;
      const changed = word(node.data, switching);
      if (changed !== null && changed !== node.data) node.data = changed;
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      for (const name of ["placeholder", "aria-label", "aria-valuetext", "title"]) {
        const value = node.getAttribute(name);
        const changed = value && word(value, switching);
        if (changed && changed !== value) node.setAttribute(name, changed);
      }
      node.childNodes.forEach((child) => fix(child, switching));
    }
  };

  // The PDF viewer draws a page 640 pixels wide, whatever the room, in a tree of its own: it is scaled to its place, and its words
  // are put into the reader's language like Streamlit's.
  const VIEWER = ".st-key-pdf_view", PAGE = 640;
  const room = new ResizeObserver((seen) => seen.forEach(({ target, contentRect }) => {
    const viewer = target.querySelector("[data-testid=stBidiComponentIsolated]");
    if (viewer && contentRect.width) viewer.style.zoom = Math.min(1.25, contentRect.width / PAGE);
  }));
  const adopt = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const viewer of node.querySelectorAll("[data-testid=stBidiComponentIsolated]")) {
      const place = viewer.closest(VIEWER);
      if (!place) continue;
      room.observe(place);
      const enter = (tries) => {
        if (!viewer.shadowRoot) return tries && requestAnimationFrame(() => enter(tries - 1));
        fix(viewer.shadowRoot.firstElementChild || viewer);
        inside.observe(viewer.shadowRoot, { childList: true, subtree: true, characterData: true });
      };
      enter(60);
    }
  };
  const inside = new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => fix(node))));

  const speak = (language) => {
    const other = html.lang;
    html.lang = language;
    html.dir = language === "ar" ? "rtl" : "ltr";
    for (const entry of Object.values(exact)) back[entry[other]] = entry;
    fix(document.body, true);
    fetch("/session/language", { method: "POST", body: new URLSearchParams({ language }) }).catch(() => {});
  };

  const listen = () => {
    const mark = document.querySelector(".shubbak-language");
    if (mark && mark.dataset.language !== html.lang) speak(mark.dataset.language);
  };

  // A lost connection only greys the page out: say it, once the page has been connected and has stayed apart for a moment. Streamlit
  // holds what was typed meanwhile until the next act: the page runs as soon as it is back, so that nothing waits for a press.
  const LOST = WORDS["Connection lost. Please wait for the app to reconnect, and try again."];
  let connected = false, apart = 0;
  const returned = (tries) => {
    const button = document.querySelector(".st-key-shell_returned button");
    if (button && !button.disabled) button.click();
    else if (tries) setTimeout(returned, 100, tries - 1);
  };
  const say = () => {
    const sentence = document.createElement("div");
    sentence.className = "shubbak-offline";
    sentence.setAttribute("role", "alert");
    sentence.textContent = LOST[html.lang];
    document.body.append(sentence);
  };
  new MutationObserver(([{ target }]) => {
    const now = target.dataset.testConnectionState === "CONNECTED";
    if (!now && connected && !apart) apart = setTimeout(say, 1200);
    if (now && apart) {
      clearTimeout(apart);
      apart = 0;
      document.querySelector(".shubbak-offline")?.remove();
      returned(30);
    }
    connected = connected || now;
  }).observe(html, { attributes: true, attributeFilter: ["data-test-connection-state"], subtree: true });

  new MutationObserver((changes) => {
    let marked = false;
    for (const change of changes) {
      if (change.type === "characterData") fix(change.target);
      else change.addedNodes.forEach((node) => { fix(node); adopt(node); marked = true; });
    }
    if (marked) listen();
  }).observe(html, { childList: true, subtree: true, characterData: true });
})();
