/* A crossbar's currents by eliminating all its nodes: what those of memsim_wires are compared with.
 *
 * A node that sees others through conductances g_k leaves g_i g_j / sum(g) between every two of them when it is
 * eliminated (star to mesh). Nothing is subtracted, so ratios of 1e20 cost no digits; wires without resistance make two
 * nodes one. */
#ifndef MEMSIM_TEST_WIRES_ELIMINATION_H
#define MEMSIM_TEST_WIRES_ELIMINATION_H

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { most = 8, most_cells = most * most, most_nodes = 2 * most_cells + 2 * most };

/** What memsim_wires_def describes, ohmic, with a resistance for every line; and one vector of voltages. */
typedef struct circuit {
  size_t rows, columns;
  int double_sided;
  double g[most_cells], r_word[most], r_bit[most], r_source[most], r_sense[most], volts[most], bit_volts[most];
} circuit;

/** Refers to the circuit. */
static inline memsim_wires_def def_of(const circuit *c) {
  memsim_wires_def def;
  memsim_wires_def_init(&def, sizeof def);
  def.rows = c->rows;
  def.columns = c->columns;
  def.double_sided = c->double_sided;
  def.conductance = c->g;
  def.r_word = c->r_word, def.r_word_count = c->rows;
  def.r_bit = c->r_bit, def.r_bit_count = c->columns;
  def.r_source = c->r_source, def.r_source_count = c->rows;
  def.r_sense = c->r_sense, def.r_sense_count = c->columns;
  return def;
}

typedef long double real;

typedef struct network {
  size_t inner, count;            /* nodes to be eliminated, then sources and terminals */
  size_t same[most_nodes];        /* another node that this one is, or itself */
  real g[most_nodes][most_nodes]; /* S, between nodes that are themselves */
} network;

/** What an elimination finds. */
typedef struct reference {
  real output[most], device_volts[most_cells], current[most_cells], largest; /* A, V, A, largest current */
  real potential[most_nodes];
  int floats[most_nodes]; /* nothing says which potential the node has */
} reference;

static inline size_t word_node(const circuit *c, size_t i, size_t j) { return i * c->columns + j; }
static inline size_t bit_node(const circuit *c, size_t i, size_t j) { return (c->rows + i) * c->columns + j; }
static inline size_t source_node(const circuit *c, size_t i) { return 2 * c->rows * c->columns + i; }
static inline size_t terminal_node(const circuit *c, size_t j) { return 2 * c->rows * c->columns + c->rows + j; }

static inline size_t itself(const network *net, size_t node) {
  while (net->same[node] != node) node = net->same[node];
  return node;
}

static inline void couple(network *net, size_t a, size_t b, real siemens) {
  a = itself(net, a), b = itself(net, b);
  if (a != b) net->g[a][b] = net->g[b][a] += siemens;
}

/* Of a resistance of 0 makes two nodes one, which must be done to all before the others couple theirs. */
static inline void join(network *net, size_t a, size_t b, double ohm, int makes_one) {
  if (!makes_one && ohm > 0 && ohm < INFINITY) couple(net, a, b, 1 / (real)ohm);
  if (!makes_one || ohm > 0) return;
  a = itself(net, a), b = itself(net, b);
  net->same[a < b ? a : b] = a < b ? b : a;
}

static inline void join_lines(network *net, const circuit *c, int makes_one) {
  for (size_t i = 0; i < c->rows; i++) {
    const double r = c->r_word[i], end = r + c->r_source[i];
    join(net, source_node(c, i), word_node(c, i, 0), end, makes_one);
    for (size_t j = 1; j < c->columns; j++) join(net, word_node(c, i, j - 1), word_node(c, i, j), r, makes_one);
    if (c->double_sided) join(net, word_node(c, i, c->columns - 1), source_node(c, i), end, makes_one);
  }
  for (size_t j = 0; j < c->columns; j++) {
    const double r = c->r_bit[j];
    for (size_t i = 1; i < c->rows; i++) join(net, bit_node(c, i - 1, j), bit_node(c, i, j), r, makes_one);
    join(net, bit_node(c, c->rows - 1, j), terminal_node(c, j), r + c->r_sense[j], makes_one);
  }
}

static inline void make_network(network *net, const circuit *c) {
  memset(net, 0, sizeof *net);
  net->inner = 2 * c->rows * c->columns;
  net->count = net->inner + c->rows + c->columns;
  for (size_t k = 0; k < net->count; k++) net->same[k] = k;
  join_lines(net, c, 1);
  join_lines(net, c, 0);
  for (size_t i = 0; i < c->rows; i++) {
    for (size_t j = 0; j < c->columns; j++) {
      couple(net, word_node(c, i, j), bit_node(c, i, j), c->g[i * c->columns + j]);
    }
  }
}

/* Sees what is left of the network from a node on. */
static inline real seen_from(const network *net, size_t node) {
  real sum = 0;
  for (size_t k = node + 1; k < net->count; k++) sum += net->g[node][k];
  return sum;
}

static inline void eliminate_nodes(network *net) {
  for (size_t node = 0; node < net->inner; node++) {
    const real *star = net->g[node], sum = seen_from(net, node);
    for (size_t a = node + 1; a < net->count; a++) {
      if (!(star[a] > 0)) continue;
      for (size_t b = a + 1; b < net->count; b++) couple(net, a, b, star[a] * (star[b] / sum));
    }
  }
}

/* Each node's potential is the mean of those it saw when it was eliminated. */
static inline void find_potentials(const network *net, reference *out) {
  for (size_t node = net->inner; node-- > 0;) {
    const size_t other = itself(net, node);
    real sum = seen_from(net, node), mean = 0;
    int floats = other == node ? sum == 0 : out->floats[other];
    for (size_t k = node + 1; k < net->count; k++) {
      if (!(net->g[node][k] > 0)) continue;
      mean += net->g[node][k] / sum * out->potential[k];
      floats |= out->floats[k];
    }
    out->potential[node] = other == node ? mean : out->potential[other];
    out->floats[node] = floats;
  }
}

static inline void find_currents(const network *net, const circuit *c, reference *out) {
  for (size_t i = 0; i < c->rows; i++) {
    for (size_t j = 0; j < c->columns; j++) {
      const size_t at = i * c->columns + j;
      out->device_volts[at] = out->potential[word_node(c, i, j)] - out->potential[bit_node(c, i, j)];
      out->current[at] = c->g[at] * out->device_volts[at];
      out->largest = fmaxl(out->largest, fabsl(out->current[at]));
    }
  }
  for (size_t j = 0; j < c->columns; j++) {
    const size_t end = terminal_node(c, j);
    for (size_t k = net->inner; k < net->count; k++) {
      out->output[j] += net->g[end][k] * (out->potential[k] - out->potential[end]);
    }
    out->largest = fmaxl(out->largest, fabsl(out->output[j]));
  }
}

static inline void eliminate(const circuit *c, reference *out) {
  static network net;
  make_network(&net, c);
  eliminate_nodes(&net);
  memset(out, 0, sizeof *out);
  for (size_t i = 0; i < c->rows; i++) out->potential[source_node(c, i)] = c->volts[i];
  for (size_t j = 0; j < c->columns; j++) out->potential[terminal_node(c, j)] = c->bit_volts[j];
  find_potentials(&net, out);
  find_currents(&net, c, out);
}

#endif
