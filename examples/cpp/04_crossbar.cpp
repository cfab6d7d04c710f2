// Wires with resistance in four steps: a crossbar, its IR drop, gradients, devices that are not ohmic.
// Build against an installed memsim:  c++ -std=c++17 04_crossbar.cpp $(pkg-config --cflags --libs memsim)
#include <cmath>
#include <iostream>
#include <memsim.hpp>
#include <numeric>
#include <stdexcept>

namespace {

using Doubles = std::vector<double>;

constexpr std::size_t rows = 64, columns = 64;

void expect(bool holds, const char *what) {
  if (!holds) throw std::runtime_error(std::string("mismatch: ") + what);
}

double sum(const Doubles &values) { return std::accumulate(values.begin(), values.end(), 0.0); }

void run() {
  // 1. Devices of 10...100 kOhm between wires of 2 Ohm a segment
  auto conductance = memsim::random::uniform<double>(rows * columns, {1, 0, 0}, 1e-5, 1e-4);
  auto volts = memsim::random::uniform<double>(rows, {1, 1, 0}, 0.0, 0.2);
  memsim::WiresConfig config;
  config.r_word = config.r_bit = {2};
  memsim::Wires wires(conductance, rows, columns, config);
  const auto found = wires.solve(volts);
  std::cout << "solved in " << found.report.iterations << " iterations, Kirchhoff's law missed by "
            << found.report.volts << " V\n";

  // 2. IR drop: what arrives, of the currents and of the voltages
  const Doubles ideal = memsim::vmm(conductance, rows, volts);
  const double loss = 1 - sum(found.output) / sum(ideal), last = 1 - found.output.back() / ideal.back();
  std::cout << "lost on the wires: " << 100 * loss << " % of the current, " << 100 * last
            << " % of the last column's\n";
  expect(loss > 0.05 && loss < 0.5 && found.report.residual <= 1e-12, "wires of 2 Ohm take a part of the current");

  // 3. Gradients of the total current by every conductance, from one more solve
  const auto gradients = wires.vjp(found, Doubles(columns, 1));
  const std::size_t device = rows * columns / 2;
  double total[2];
  for (int side = 0; side < 2; side++) {
    Doubles changed = conductance;
    changed[device] *= side ? 1.001 : 0.999;
    total[side] = sum(memsim::Wires(changed, rows, columns, config).currents(volts));
  }
  const double by_difference = (total[1] - total[0]) / (0.002 * conductance[device]);
  std::cout << "d(total)/dG of one device: " << gradients.conductance[device] << " V, by differences " << by_difference
            << " V\n";
  expect(std::fabs(gradients.conductance[device] - by_difference) < 1e-6, "gradients are exact");

  // 4. Devices of a SiOx memristor, whose current grows faster than the voltage: Newton's method around the same
  for (double &g : conductance) g *= 0.02;
  for (double &v : volts) v *= 2.5;
  config.r_word = config.r_bit = {100};
  config.law = memsim::Nonideality{"poole-frenkel"};
  const auto curved = memsim::Wires(conductance, rows, columns, config).solve(volts);
  std::cout << "SiOx devices: " << 1e6 * sum(curved.output) << " uA in " << curved.report.steps << " Newton steps\n";
  expect(curved.report.steps <= 10 && curved.report.residual <= 1e-12, "Newton's method converges");
}

}  // namespace

int main() {
  try {
    run();
  } catch (const std::exception &error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
