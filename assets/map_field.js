// Drawing a point, a line or an outline on the commune's map. data: {value, geometry, boundary, centre, tiles, attribution, words,
// direction, most, disabled}. The state "shape" is a GeoJSON geometry (longitude first) or null.
const held = new WeakMap();

const openRing = (points) => (points.length > 1 && String(points[0]) === String(points[points.length - 1]) ? points.slice(0, -1) : points);
const read = (shape) => {
  if (!shape || !shape.coordinates) return { kind: null, points: [] };
  const list = shape.type === "Point" ? [shape.coordinates] : shape.type === "LineString" ? shape.coordinates : shape.coordinates[0] || [];
  const points = list.map(([lon, lat]) => [lat, lon]);
  return { kind: shape.type, points: shape.type === "Polygon" ? openRing(points) : points };
};
const write = (kind, points) => {
  const list = points.map(([lat, lon]) => [Number(lon.toFixed(6)), Number(lat.toFixed(6))]);
  if (kind === "Point" && list.length) return { type: "Point", coordinates: list[0] };
  if (kind === "LineString" && list.length > 1) return { type: "LineString", coordinates: list };
  if (kind === "Polygon" && list.length > 2) return { type: "Polygon", coordinates: [[...list, list[0]]] };
  return null;
};

function make(L, component) {
  const { parentElement, data } = component;
  const state = { component, kind: null, points: [], sent: "null" };
  const tools = parentElement.querySelector(".tools"), said = parentElement.querySelector(".said"), box = parentElement.querySelector(".map");
  box.setAttribute("aria-label", data.words.map);
  const map = L.map(box, { attributionControl: Boolean(data.tiles), zoomSnap: 0.25, maxZoom: 19, doubleClickZoom: false });
  if (data.tiles) L.tileLayer(data.tiles, { attribution: data.attribution, maxZoom: 19 }).addTo(map);
  const layer = L.layerGroup().addTo(map);
  if (data.boundary) {
    const outline = L.geoJSON(data.boundary, { interactive: false, style: { color: "#0B6B4F", weight: 2, fillColor: "#FFFFFF", fillOpacity: data.tiles ? 0 : 1 } }).addTo(map);
    map.fitBounds(outline.getBounds(), { padding: [12, 12], animate: false });
  } else map.setView(data.centre, 12, { animate: false });

  const tell = () => {
    const shape = write(state.kind, state.points);
    const text = JSON.stringify(shape);
    if (text !== state.sent) { state.sent = text; state.component.setStateValue("shape", shape); }
    draw();
  };
  const colour = { color: "#C8102E", weight: 3, fillOpacity: 0.15 };
  const draw = () => {
    const { words } = state.component.data;
    layer.clearLayers();
    if (state.kind === "LineString") L.polyline(state.points, colour).addTo(layer);
    if (state.kind === "Polygon") L.polygon(state.points, colour).addTo(layer);
    state.points.forEach((point, place) => {
      const dot = L.marker(point, { draggable: !state.component.data.disabled, keyboard: false, icon: L.divIcon({ className: "", iconSize: [18, 18],
        html: '<div style="width:14px;height:14px;margin:2px;border-radius:50%;background:#C8102E;border:2px solid #fff;box-shadow:0 0 2px #000"></div>' }) }).addTo(layer);
      dot.on("drag", (event) => { const to = event.target.getLatLng(); state.points[place] = [to.lat, to.lng]; });
      dot.on("dragend", tell);
    });
    const least = { Point: 1, LineString: 2, Polygon: 3 }[state.kind] || 0;
    said.textContent = !state.kind ? words.choose : state.points.length < least ? words["hint_" + state.kind] : state.kind === "Point"
      ? words.at.replace("{place}", `\u2066${state.points[0].map((part) => part.toFixed(5)).join(", ")}\u2069`) : words.done.replace("{count}", state.points.length);
    for (const button of tools.children) {
      if (button.dataset.kind) button.setAttribute("aria-pressed", String(button.dataset.kind === state.kind));
      if (button.dataset.act !== "here") button.disabled = state.component.data.disabled || (button.dataset.act && !state.points.length);
    }
  };
  const add = (lat, lon) => {
    if (state.component.data.disabled) return;
    if (!state.kind) state.kind = state.component.data.geometry[0];
    if (state.kind === "Point") state.points = [[lat, lon]];
    else if (state.points.length < state.component.data.most - 1) state.points.push([lat, lon]);
    tell();
  };
  map.on("click", (event) => add(event.latlng.lat, event.latlng.lng));

  const button = (text, attributes, act) => {
    const made = document.createElement("button");
    made.type = "button"; made.textContent = text; made.onclick = act; Object.assign(made.dataset, attributes);
    tools.append(made);
  };
  const { words } = data;
  for (const kind of data.geometry) button(words[kind], { kind }, () => { if (state.kind !== kind) { state.kind = kind; state.points = []; tell(); } });
  button(words.undo, { act: "undo" }, () => { state.points.pop(); tell(); });
  button(words.clear, { act: "clear" }, () => { state.points = []; tell(); });
  if (navigator.geolocation) button(words.here, { act: "here" }, () => {
    said.textContent = state.component.data.words.looking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => { map.setView([coords.latitude, coords.longitude], 17, { animate: false }); add(coords.latitude, coords.longitude); },
      () => { said.textContent = state.component.data.words.not_found; }, { enableHighAccuracy: true, timeout: 15000 });
  });
  state.follow = () => {
    const wanted = JSON.stringify(state.component.data.value ?? null);
    if (wanted !== state.sent) {
      Object.assign(state, read(state.component.data.value), { sent: wanted });
      if (state.points.length) map.fitBounds(L.latLngBounds(state.points).pad(1.5), { maxZoom: 17, animate: false });
    }
    if (!state.kind && state.component.data.geometry.length === 1) state.kind = state.component.data.geometry[0];
    draw();
  };
  state.size = new ResizeObserver(() => map.invalidateSize({ animate: false }));
  state.size.observe(box);
  state.map = map;
  return state;
}

export default function (component) {
  const { parentElement } = component;
  parentElement.querySelector(".tools").dir = component.data.direction;
  parentElement.querySelector(".said").dir = component.data.direction;
  let entry = held.get(parentElement);
  if (!entry) {
    entry = { latest: component, state: null };
    held.set(parentElement, entry);
    import(new URL("/assets/leaflet/leaflet-src.esm.js", window.location.origin).href).then((L) => {
      if (!held.has(parentElement)) return;
      entry.state = make(L, entry.latest);
      entry.state.follow();
    });
  }
  entry.latest = component;
  if (entry.state) { entry.state.component = component; entry.state.follow(); }
  return () => {
    if (entry.state) { entry.state.size.disconnect(); entry.state.map.remove(); }
    held.delete(parentElement);
    parentElement.querySelector(".tools")?.replaceChildren();
  };
}
