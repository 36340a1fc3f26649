// Where the tasks of a plan stand: layers by longest path, few crossings by barycentres, straight lines by isotonic placement.
// Pure: ids and dependencies in, coordinates out.

/**
 * @param tasks `[{ id, dependsOn }]`; unknown dependencies are left out, a cycle is cut where it closes.
 * @param shape `{ width, height, gapMain, gapCross, isVertical }` of a node and the space between nodes.
 */
export function layout(tasks, shape) {
  const nodes = new Map(tasks.map((task, index) => [task.id, { id: task.id, index, layer: 0, from: [], to: [], size: shape.isVertical ? shape.width : shape.height, cross: 0 }]));
  for (const task of tasks) {
    for (const id of new Set(task.dependsOn ?? [])) {
      if (nodes.has(id) && id !== task.id) nodes.get(task.id).from.push(nodes.get(id));
    }
  }
  assignLayers([...nodes.values()]);
  const { layers, edges } = addBends([...nodes.values()]);
  order(layers);
  straighten(layers, shape.gapCross);
  return place(nodes, layers, edges, shape);
}

function assignLayers(nodes) {
  const state = new Map();
  const visit = (node) => {
    if (state.get(node) === 'done') return node.layer;
    state.set(node, 'open');
    node.from = node.from.filter((before) => state.get(before) !== 'open');
    node.layer = Math.max(0, ...node.from.map((before) => visit(before) + 1));
    state.set(node, 'done');
    return node.layer;
  };
  nodes.forEach(visit);
}

// An edge over several layers gets an invisible node in each, so that it is routed between the others.
function addBends(nodes) {
  const layers = Array.from({ length: Math.max(0, ...nodes.map((node) => node.layer)) + 1 }, () => []);
  for (const node of nodes) layers[node.layer].push(node);
  const edges = [];
  for (const node of nodes) {
    for (const before of node.from.slice()) {
      const chain = [before];
      for (let layer = before.layer + 1; layer < node.layer; layer += 1) {
        const bend = { id: null, layer, from: [], to: [], size: 4, cross: 0 };
        layers[layer].push(bend);
        chain.push(bend);
      }
      chain.push(node);
      edges.push({ from: before.id, to: node.id, chain });
    }
  }
  for (const layer of layers) for (const node of layer) node.from = [];
  for (const { chain } of edges) {
    for (let i = 1; i < chain.length; i += 1) {
      chain[i - 1].to.push(chain[i]);
      chain[i].from.push(chain[i - 1]);
    }
  }
  return { layers, edges };
}

function order(layers) {
  const number = (layer) => layer.forEach((node, index) => { node.position = index; });
  layers.forEach(number);
  let best = { crossings: crossings(layers), ids: layers.map((layer) => layer.slice()) };
  for (let sweep = 0; sweep < 8 && best.crossings > 0; sweep += 1) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : layers.toReversed()) {
      for (const node of layer) {
        const near = isDown ? node.from : node.to;
        node.weight = near.length ? near.reduce((sum, other) => sum + other.position, 0) / near.length : node.position;
      }
      layer.sort((a, b) => a.weight - b.weight || a.position - b.position);
      number(layer);
    }
    const now = crossings(layers);
    if (now < best.crossings) best = { crossings: now, ids: layers.map((layer) => layer.slice()) };
  }
  best.ids.forEach((nodes, index) => { layers[index] = nodes; number(nodes); });
}

export function crossings(layers) {
  let count = 0;
  for (const layer of layers) {
    const ends = layer.flatMap((node) => node.to.map((other) => [node.position, other.position]));
    for (let i = 0; i < ends.length; i += 1) {
      for (let j = i + 1; j < ends.length; j += 1) {
        if ((ends[i][0] - ends[j][0]) * (ends[i][1] - ends[j][1]) < 0) count += 1;
      }
    }
  }
  return count;
}

function straighten(layers, gap) {
  for (const layer of layers) {
    let at = 0;
    for (const node of layer) {
      node.cross = at + node.size / 2;
      at += node.size + gap;
    }
    for (const node of layer) node.cross -= at / 2;
  }
  for (let pass = 0; pass < 10; pass += 1) {
    for (const layer of pass % 2 === 0 ? layers : layers.toReversed()) {
      const wanted = layer.map((node) => {
        const near = pass % 2 === 0 ? node.from : node.to;
        const all = near.length ? near : [...node.from, ...node.to];
        return all.length ? all.reduce((sum, other) => sum + other.cross, 0) / all.length : node.cross;
      });
      settle(layer, wanted, gap);
    }
  }
}

// Pool-adjacent-violators: the places nearest to the wanted ones that keep the order and the distances.
function settle(layer, wanted, gap) {
  const offsets = [0];
  for (let i = 1; i < layer.length; i += 1) offsets.push(offsets[i - 1] + (layer[i - 1].size + layer[i].size) / 2 + gap);
  const blocks = [];
  wanted.forEach((want, i) => {
    let block = { sum: want - offsets[i], count: 1 };
    while (blocks.length && blocks.at(-1).sum / blocks.at(-1).count > block.sum / block.count) {
      const last = blocks.pop();
      block = { sum: last.sum + block.sum, count: last.count + block.count };
    }
    blocks.push(block);
  });
  let i = 0;
  for (const block of blocks) {
    for (let n = 0; n < block.count; n += 1, i += 1) layer[i].cross = block.sum / block.count + offsets[i];
  }
}

function place(nodes, layers, edges, { width, height, gapMain, isVertical }) {
  const all = layers.flat();
  const low = Math.min(0, ...all.map((node) => node.cross - node.size / 2));
  const high = Math.max(0, ...all.map((node) => node.cross + node.size / 2));
  const main = isVertical ? height : width;
  const length = layers.length * (main + gapMain) - gapMain;
  const point = (node, along) => {
    const at = node.layer * (main + gapMain) + along;
    return isVertical ? { x: node.cross - low, y: at } : { x: at, y: node.cross - low };
  };
  const placed = new Map();
  for (const node of nodes.values()) {
    const centre = point(node, main / 2);
    placed.set(node.id, { id: node.id, layer: node.layer, position: node.position, x: centre.x - width / 2, y: centre.y - height / 2 });
  }
  return {
    width: isVertical ? high - low : length, height: isVertical ? length : high - low, nodes: placed,
    edges: edges.map(({ from, to, chain }) => ({
      from, to,
      points: chain.flatMap((node, i) => i === 0 ? [point(node, main)] : i === chain.length - 1 ? [point(node, 0)] : [point(node, 0), point(node, main)]),
    })),
  };
}
