// A cell with physics in six steps: the model, its statics, pulses with a duration, training pulses, a waveform, variety.
// Build against an installed memsim:  c++ -std=c++17 02_jart.cpp $(pkg-config --cflags --libs memsim)
#include <algorithm>
#include <cmath>
#include <iostream>
#include <memsim.hpp>
#include <stdexcept>

namespace {

const std::string name = "jart-vcm-v1b";

void expect(bool holds, const char *what) {
  if (!holds) throw std::runtime_error(std::string("mismatch: ") + what);
}

void run() {
  // 1. What the model is
  const auto model = memsim::models().at(name);
  std::cout << model.card.title << ": |V| <= " << model.card.voltage_limit << " V; presets:";
  for (const auto &preset : model.presets) std::cout << " " << preset.name;

  // 2. Statics at given states: no array, no time
  const std::vector<double> volts{-0.75};
  const auto statics = memsim::evaluate(name, volts, {{"N", {0.008, 20}}});
  const auto &amperes = statics.at("current"), &kelvin = statics.at("temperature");
  std::cout << "\n-0.75 V: " << 1e6 * amperes[0] << " uA at " << kelvin[0] << " K, " << 1e6 * amperes[1] << " uA at "
            << kelvin[1] << " K\n";
  // A solution of the same equations by other means, to more digits than the model is good for.
  expect(std::fabs(amperes[0] / -9.085510814e-6 - 1) < 1e-8, "current in the high-resistance state");

  // 3. Pulses: a voltage [V] for a time [s], for every cell its own. At -0.75 V this cell switches after 58 us.
  memsim::Array cells(name, 1, 3);
  const std::vector<double> durations{20e-6, 57e-6, 60e-6};
  cells.apply(-0.75, durations);
  const auto n = cells.state("N");
  std::cout << "N after 20, 57 and 60 us: " << n[0] << ", " << n[1] << ", " << n[2] << "\n";
  expect(n[0] < n[1] && n[1] < 0.4 && n[2] > 0.4, "switched between 57 and 60 us");

  // 4. Training pulses: +n SET, -n RESET
  const std::vector<double> middle(3, 0.15);
  const std::vector<std::int32_t> counts{100, 200, -100};
  cells.set_state("N", middle);
  const auto before = cells.conductance(0.2);
  cells.pulse(counts);
  const auto after = cells.conductance(0.2);
  std::cout << "conductance: " << 1e6 * before[0] << " uS, then " << 1e6 * after[0] << ", " << 1e6 * after[1] << ", "
            << 1e6 * after[2] << " uS\n";
  expect(after[1] > after[0] && after[0] > before[0] && before[0] > after[2], "up and down");

  // 5. A waveform at 1 V/s, for fifty cells that differ from device to device and from cycle to cycle
  memsim::ArrayConfig config;
  config.seed = 1;
  config.options["variability"] = "d2d+c2c";
  memsim::Array varied(name, 1, 50, config);
  std::vector<double> times, ramp;
  for (int i = 0; i <= 600; i++) times.push_back(2.5e-3 * i), ramp.push_back(-2.5e-3 * i);
  const auto currents = varied.sweep(times, ramp);

  // 6. How they vary: where the current first passes 0.1 mA
  std::vector<double> switched;
  for (std::size_t cell = 0; cell < 50; cell++) {
    std::size_t point = 0;
    while (point < 600 && currents[point * 50 + cell] > -1e-4) point++;
    switched.push_back(ramp[point]);
  }
  const auto [least, most] = std::minmax_element(switched.begin(), switched.end());
  std::cout << "SET between " << *least << " and " << *most << " V\n";
  expect(*least < *most && *least > -1.2 && *most < -0.4, "spread of the SET voltages");
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
