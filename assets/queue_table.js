// Draws the rows that components/ui/queue_table.py sends as a table; tells it which one was opened. Text only: nothing is parsed as HTML.
export default function({ parentElement, data, setTriggerValue }) {
  const frame = parentElement.querySelector('.frame');
  const make = (tag, text, name) => { const e = document.createElement(tag); if (text !== undefined) e.textContent = text; if (name) e.className = name; return e; };
  const table = make('table', undefined, data.lang);
  table.append(make('caption', data.caption));
  const head = document.createElement('tr');
  for (const [key, label] of data.columns) { const th = make('th', label); th.scope = 'col'; head.append(th); }
  const thead = document.createElement('thead'); thead.append(head); table.append(thead);
  const body = document.createElement('tbody');
  for (const row of data.rows) {
    const tr = document.createElement('tr');
    const open = event => { if (event.ctrlKey || event.metaKey || event.shiftKey || event.button === 1) return; event.preventDefault(); event.stopPropagation(); setTriggerValue('open', row.id); };
    for (const [key, label] of data.columns) {
      const td = make('td', undefined, 'c-' + key); td.dataset.label = label;
      const words = (text, tag = 'bdi') => { const e = make(tag); const inner = tag === 'bdi' ? e : make('bdi'); inner.textContent = text || ''; if (inner !== e) e.append(inner); return e; };
      if (key === 'number') {
        const a = make('a'); a.href = row.address; a.setAttribute('aria-label', row.open); a.append(make('span', row.number, 'number')); a.addEventListener('click', open); td.append(a);
        if (row.unread) { const u = make('span', row.unread, 'unread'); u.title = row.unread_words; u.setAttribute('aria-label', row.unread_words); td.append(u); }
        if (row.deposited) td.append(make('small', row.deposited));
      } else if (key === 'end') {
        td.append(make('span', row.days, 'tone ' + row.tone)); if (row.end) td.append(make('small', row.end, 'end'));
      } else {
        td.append(words(row[key]));
        if (row[key + '_more']) td.append(words(row[key + '_more'], 'small'));
      }
      tr.append(td);
    }
    tr.addEventListener('click', open);
    body.append(tr);
  }
  table.append(body);
  frame.replaceChildren(table);
}
