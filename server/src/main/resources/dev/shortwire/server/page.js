// Refreshes the page from the JSON of the API. Whatever comes from the cluster is shown as text, never as markup.
'use strict';

const REFRESH_MILLIS = 1500;
const history = [];
const whole = new Intl.NumberFormat('en');
const byId = id => document.getElementById(id);
const text = (id, value) => { byId(id).textContent = value; };
const percent = (part, all) => all > 0 ? Math.max(0, Math.min(100, 100 * part / all)) : 0;
const ratio = (part, all) => all > 0 ? percent(part, all).toFixed(1) + '\u00a0%' : '–';

function make(tag, className, content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (content !== undefined) element.textContent = content;
  return element;
}

function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (count >= 1024 && unit < units.length - 1) { count /= 1024; unit++; }
  return (unit === 0 || count >= 100 ? Math.round(count) : count.toFixed(1)) + ' ' + units[unit];
}

function millis(nanos) {
  const value = nanos / 1e6;
  return value >= 100 ? Math.round(value) + ' ms' : value.toFixed(1) + ' ms';
}

function bar(element, own, peer, load) {
  const all = own + peer + load;
  if (element.children.length === 0) {
    for (const kind of ['own', 'peer', 'load']) element.append(make('i', kind));
  }
  [own, peer, load].forEach((part, i) => { element.children[i].style.width = percent(part, all) + '%'; });
  element.title = `own store ${whole.format(own)} · peer ${whole.format(peer)} · load ${whole.format(load)}`;
  return element;
}

function sum(list) {
  const total = {};
  for (const stats of list) {
    for (const [name, value] of Object.entries(stats)) {
      total[name] = name === 'loadNanosMax' ? Math.max(total[name] || 0, value) : (total[name] || 0) + value;
    }
  }
  return total;
}

// How the reads of callers were answered: a load counts once, whether here or at a peer's.
function answered(total) {
  const reads = total.gets || 0;
  const load = Math.min(reads, total.loads || 0);
  const own = Math.min(reads - load, total.hits || 0);
  return { reads, own, load, peer: reads - load - own };
}

function showTotals(stats) {
  const total = sum(stats.groups.map(group => group.total));
  const { reads, own, peer, load } = answered(total);
  const ended = (total.localLoads || 0) + (total.localLoadErrors || 0);
  text('reads', whole.format(reads));
  text('hit-rate', ratio(reads - load, reads));
  bar(byId('hit-bar'), own, peer, load);
  byId('hit-legend').replaceChildren(...[['own', own], ['peer', peer], ['load', load]].map(
      ([kind, part]) => make('span', 'key ' + kind, `${kind} ${Math.round(percent(part, reads))}\u00a0%`)));
  text('loads', whole.format(ended));
  text('load-time', ended === 0 ? 'none yet'
      : `mean ${millis(total.loadNanosTotal / ended)} · longest ${millis(total.loadNanosMax)}`
        + (total.localLoadErrors ? ` · ${whole.format(total.localLoadErrors)} failed` : ''));
  text('entries', whole.format(total.entries || 0));
  text('size', 'entries · ' + bytes(total.sizeBytes || 0));
  showRate(reads);
}

function showRate(reads) {
  history.push({ at: performance.now(), reads });
  if (history.length > 61) history.shift();
  const rates = [];
  for (let i = 1; i < history.length; i++) {
    const seconds = (history[i].at - history[i - 1].at) / 1000;
    rates.push(Math.max(0, history[i].reads - history[i - 1].reads) / seconds);
  }
  if (rates.length === 0) return;
  text('read-rate', whole.format(Math.round(rates.at(-1))) + ' per second');
  const top = Math.max(1, ...rates);
  const point = (rate, i) => `${(120 * (i + 60 - rates.length) / 59).toFixed(1)} ${(27 - 24 * rate / top).toFixed(1)}`;
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  const first = (120 * (60 - rates.length) / 59).toFixed(1);
  path.setAttribute('d', `M${first} 29 L${rates.map(point).join(' L')} L121 29 Z`);
  byId('spark').replaceChildren(path);
}

function showNodes(members, stats) {
  text('epoch', 'epoch ' + members.epoch + (members.registryReachable ? '' : ' · the registry can’t be reached'));
  const perNode = {};
  for (const group of stats.groups) {
    for (const [name, counts] of Object.entries(group.nodes)) (perNode[name] ||= []).push(counts);
  }
  byId('nodes').replaceChildren(...members.members.map(member => card(member, sum(perNode[member.name] || []))));
}

function card(member, total) {
  const node = make('article', 'node ' + member.state);
  const title = make('h3', '', member.name);
  title.append(make('span', 'badge', member.wire ? `${member.state} · ${member.wire}` : member.state));
  const place = [member.address, member.pid ? 'pid ' + member.pid : ''].filter(part => part).join(' · ');
  const asOwner = (total.serverRequests || 0) + Math.max(0, (total.gets || 0) - (total.peerLoads || 0));
  const load = Math.min(asOwner, total.loads || 0);
  const facts = make('dl');
  for (const [name, value] of [['hit rate', ratio(asOwner - load, asOwner)], ['loads', whole.format(total.localLoads || 0)],
      ['entries', whole.format(total.entries || 0)]]) {
    facts.append(make('dt', '', name), make('dd', '', value));
  }
  node.append(title, make('p', 'sub', place), facts, bar(make('div', 'bar'), asOwner - load, 0, load),
      make('p', 'sub', `${whole.format(asOwner)} reads as owner · ${whole.format(total.gets || 0)} of its own callers`));
  return node;
}

function showGroups(stats) {
  byId('groups').replaceChildren(...stats.groups.map(group => {
    const { reads, own, peer, load } = answered(group.total);
    const t = group.total;
    const ended = t.localLoads + t.localLoadErrors;
    const row = make('tr');
    const bars = make('td');
    bars.append(bar(make('div', 'bar'), own, peer, load));
    row.append(make('td', '', group.name), make('td', '', whole.format(reads)), bars);
    for (const value of [whole.format(t.localLoads), whole.format(t.loadsDeduped), whole.format(t.localLoadErrors),
        ended ? millis(t.loadNanosTotal / ended) : '–', ended ? millis(t.loadNanosMax) : '–', whole.format(t.entries),
        bytes(t.sizeBytes)]) {
      row.append(make('td', '', value));
    }
    return row;
  }));
}

function status(kind, words) {
  byId('status').className = 'status ' + kind;
  text('status', words);
}

async function json(path) {
  const reply = await fetch(path, { headers: { accept: 'application/json' } });
  return reply.json();
}

async function refresh() {
  try {
    const [members, stats, ready] = await Promise.all([json('/api/v1/members'), json('/api/v1/stats'), json('/readyz')]);
    showTotals(stats);
    showNodes(members, stats);
    showGroups(stats);
    const self = members.members.some(member => member.name === document.body.dataset.node);
    text('role', self ? '' : ', which owns no keys');
    status(ready.ready ? 'good' : 'poor',
        ready.ready ? `ready · ${members.members.length} nodes` : `not ready · ${members.members.length} of ${ready.expected} nodes`);
  } catch (failure) {
    status('bad', 'no answer from this node');
  } finally {
    setTimeout(refresh, REFRESH_MILLIS);
  }
}

async function look(event) {
  event.preventDefault();
  const group = byId('group').value;
  const key = byId('key').value;
  const found = byId('found');
  const began = performance.now();
  try {
    const reply = await fetch(`/api?group=${encodeURIComponent(group)}&key=${encodeURIComponent(key)}`);
    const body = await reply.text();
    const took = (performance.now() - began).toFixed(1) + ' ms';
    const source = reply.headers.get('shortwire-source');
    found.className = reply.ok ? source || '' : 'bad';
    found.replaceChildren(make('pre', '', body || '(empty)'), make('p', 'sub', reply.ok
        ? `${key} · from ${source} · owner ${reply.headers.get('shortwire-owner')} · ${took}`
        : `${key} · ${reply.status} · ${took}`));
  } catch (failure) {
    found.className = 'bad';
    found.replaceChildren(make('pre', '', 'no answer from this node'));
  }
  found.hidden = false;
}

// A sample is also a form filled in: the answer appears beside it. With a modifier key it is an ordinary link.
function sample(event) {
  const link = event.target.closest('a');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const asked = new URL(link.href).searchParams;
  byId('group').value = asked.get('group') || byId('group').options[0]?.value;
  byId('key').value = asked.get('key');
  look(event);
}

byId('look').addEventListener('submit', look);
byId('tries').addEventListener('click', sample);
refresh();
