/* One training pulse of the closed-form device as simulators step it: forward Euler, in double precision.
 *
 * The scheme of the JART device that was proposed for aihwkit, written from its published formulas: a current fitted to
 * the cell (Yu et al., Asilomar 2022), the rate equation of JART VCM v1b on it, `steps` equal sub-steps a pulse, N then
 * held within the bounds of the device. Numbers that depend on the voltage alone are taken once a pulse, cells go in
 * tiles of 64 so that a compiler can use its vectors. Without variability. */
#include <math.h>
#include <stddef.h>

enum { TILE = 64 };

static const double E_CHARGE = 1.602e-19, BOLTZMANN = 1.3807e-23, PI = 3.14159265358979323846, Z = 2;
static const double T0 = 293, MOBILITY = 4e-6, N_MAX = 20, N_MIN = 0.008, N_PLUG = 20, HOP = 0.25e-9, ATTEMPT = 2e13;
static const double BARRIER = 1.35, R_TH = 15.72e6, RESET_HEAT = 0.27, RADIUS = 45e-9, CELL = 3e-9, DISC = 0.4e-9;
static const double R_SERIES = 650 + 719.2437, LINE_HEAT = 719.2437 * 719.2437 * 3.92e-3 * 90471.47;
static const double LEAST = 0.06, MOST = 1.9897452127440086504;

/* I = offset + scale / (1 + c N^d)^f for both polarities, at one voltage [A]. */
typedef struct {
  double offset, scale, c, d, f;
} fit;

static fit set_fit(double v) {
  const double a0 = 4.81951e-5, a2 = 1.03685, a3 = 0.34567, a1 = a0 * exp(-a2 / a3);
  const double alpha = (a1 + a0) / (1 + exp(-(v + a2) / a3)) - a0;
  const double beta = 4.2383e-5 * (1 - exp(-v)) - 7.0526e-4 * v;
  const double c = 4.2125 * exp(-v / 1.4134) + 2.8646 * v - 4.004;
  const double d = 7.4235 * exp(-v / 4.0585) + 1.4524 * v - 6.6103;
  const double f = 6.326e-4 + (1.4711 - 6.326e-4) / (1 + pow(-v / 0.5199, 1.561));
  return (fit){-alpha, -beta, pow(c, d), -d, f};
}

static fit reset_fit(double v) {
  const double g = -4.84e-3 * (exp(-0.1353 * v) - 1);
  const double h = 5.548 + 6.8648 * v + 51.586 * exp(-0.36 * v);
  return (fit){0, g, h * pow(N_MIN, 1.054), -1.054, 1 / 1.0526};
}

static inline double tenth_power(double x) {
  const double square = x * x, fourth = square * square;
  return fourth * fourth * square;
}

/* dN/dt [1e26 m^-3 s^-1] of a cell with concentration n at v. */
static inline double rate(double n, double v, int set, fit p) {
  const double area = PI * RADIUS * RADIUS;
  const double i = p.offset + p.scale * exp(-p.f * log(1 + p.c * exp(p.d * log(n))));
  const double cell = v - i * (R_SERIES + LINE_HEAT * i * i);
  const double field = set ? i / (Z * E_CHARGE * MOBILITY * 1e26 * area * n) : cell / CELL;
  const double t = T0 + i * cell * R_TH * (set ? 1 : RESET_HEAT);
  const double limiter = 1 - tenth_power(set ? n / N_MAX : N_MIN / n);
  const double gamma = Z * HOP * field / (PI * BARRIER), mean = sqrt(1 - gamma * gamma) + gamma * asin(gamma);
  const double tilt = gamma * PI / 2, b = -BARRIER * E_CHARGE / (BOLTZMANN * t);
  const double hops = exp(b * (mean - tilt)) - exp(b * (mean + tilt));
  return -HOP * ATTEMPT / DISC * (N_PLUG + n) / 2 * hops * limiter;
}

static inline double bounded(double n) { return n < LEAST ? LEAST : n > MOST ? MOST : n; }

static inline void tile(double *restrict n, int count, double v, int set, fit p, int steps, double dt) {
  for (int step = 0; step < steps; step++)
    for (int k = 0; k < count; k++) n[k] += dt * rate(n[k], v, set, p);
  for (int k = 0; k < count; k++) n[k] = bounded(n[k]);
}

/* One pulse of `length` s at v volts, negative to SET, on `count` cells in `steps` sub-steps; n in 1e26 m^-3. */
void jart_euler_pulse(double *n, size_t count, double v, double length, int steps) {
  const fit p = v < 0 ? set_fit(v) : reset_fit(v);
  const double dt = length / steps;
  const size_t whole = count / TILE * TILE;
  if (v < 0) {
    for (size_t i = 0; i < whole; i += TILE) tile(n + i, TILE, v, 1, p, steps, dt);
    tile(n + whole, (int)(count - whole), v, 1, p, steps, dt);
  } else {
    for (size_t i = 0; i < whole; i += TILE) tile(n + i, TILE, v, 0, p, steps, dt);
    tile(n + whole, (int)(count - whole), v, 0, p, steps, dt);
  }
}

/* The fitted current at v [A], to check the fit. */
double jart_euler_current(double n, double v) {
  const fit p = v < 0 ? set_fit(v) : reset_fit(v);
  return p.offset + p.scale * pow(1 + p.c * pow(n, p.d), -p.f);
}
