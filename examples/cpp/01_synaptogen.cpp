// The whole library in eight steps: random numbers, an array, pulses, reads, products, states, files, the library.
// Build against an installed memsim:  c++ -std=c++17 01_synaptogen.cpp $(pkg-config --cflags --libs memsim)
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memsim.hpp>
#include <numeric>
#include <stdexcept>

namespace {

constexpr std::size_t rows = 256, columns = 128, cells = rows * columns;

template <class T> double mean(const std::vector<T> &values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void expect(bool holds, const char *what) {
  if (!holds) throw std::runtime_error(std::string("mismatch: ") + what);
}

void run() {
  // 1. A million normals, addressed by seed, stream and offset
  const auto normals = memsim::random::normal<float>(1000 * 1000, {7, 3, 0});
  std::cout << "normals: mean " << mean(normals) << "\n";
  expect(std::fabs(mean(normals)) < 0.005, "mean of the normals");

  // 2. An array: word lines x bit lines, all cells in the high-resistance state
  memsim::Array array("synaptogen", rows, columns, {1, {}, {}, nullptr});

  // 3. Pulses: one voltage for all cells, then one of its own for each cell of a mask
  std::vector<double> volts(cells, 1.5);
  std::vector<std::uint8_t> mask(cells);
  for (std::size_t i = 0; i < cells; i++) mask[i] = i % columns < columns / 2;  // the first half of the bit lines
  array.apply(-1.5);
  array.apply(volts, mask);

  // 4. Reads at 0.2 V: currents with read noise, conductances without
  const auto currents = array.read(0.2);
  const auto conductances = array.conductance(0.2);
  std::cout << "cell 0, reset: " << 1e6 * currents[0] << " uA, " << 1e6 * conductances[0] << " uS\n";
  std::cout << "cell 127, set: " << 1e6 * currents[127] << " uA, " << 1e6 * conductances[127] << " uS\n";
  expect(conductances[127] > 2 * conductances[0], "a set cell conducts better than a reset one");
  expect(std::fabs(mean(currents) / mean(conductances) - 0.2) < 1e-3, "Ohm's law");

  // 5. A product of the crossbar: word-line voltages in, bit-line currents out
  const auto outputs = array.vmm(std::vector<double>(rows, 0.2));
  std::cout << "bit line 0: " << 1e3 * outputs[0] << " mA\n";
  expect(std::fabs(mean(outputs) / (rows * mean(currents)) - 1) < 1e-3, "currents add up");

  // 6. States by name
  std::cout << "mean high resistance: " << 1e-3 * mean(array.state("HRS")) << " kohm; states:";
  for (const auto &name : array.state_names()) std::cout << " " << name;
  std::vector<double> weights(cells);
  for (std::size_t i = 0; i < cells; i++) weights[i] = static_cast<double>(i % 100) / 128;
  array.set_state("r", weights);
  expect(array.state("r") == weights, "the state set is the state read");

  // 7. Files
  array.save("01_synaptogen_cpp.state");
  const auto loaded = memsim::Array::load("01_synaptogen_cpp.state");
  std::remove("01_synaptogen_cpp.state");
  std::cout << "\nhash: " << std::hex << array.hash() << std::dec << "\n";
  expect(loaded.hash() == array.hash(), "the loaded array is the saved one");

  // 8. What the library is and knows
  const auto model = memsim::models().at("synaptogen");
  std::cout << memsim::build_info() << "\n" << model.card.title << ": " << model.params.size() << " parameters\n";
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
