// Analog training in four steps: a tile of pulsed devices, a linear map, its training by pulses, a saved state.
// Build against an installed memsim:  c++ -std=c++17 05_tile.cpp $(pkg-config --cflags --libs memsim)
#include <cmath>
#include <iostream>
#include <memsim.hpp>
#include <stdexcept>

namespace {

using Floats = std::vector<float>;

constexpr std::size_t inputs = 8, outputs = 4, devices = inputs * outputs, batch = 10, steps = 300;

void expect(bool holds, const char *what) {
  if (!holds) throw std::runtime_error(std::string("mismatch: ") + what);
}

// Root mean square of what the tile's weights miss.
double missed(memsim::Tile &tile, const Floats &wanted) {
  const Floats weights = tile.weights();
  double sum = 0;
  for (std::size_t i = 0; i < devices; i++) sum += std::pow(double(weights[i]) - double(wanted[i]), 2);
  return std::sqrt(sum / double(devices));
}

// Noisy products of a batch, what they miss, and the pulses that make it less.
void train(memsim::Tile &tile, const Floats &wanted, memsim::Span<const float> x) {
  Floats error(batch * outputs);
  tile.forward(x, error);
  for (std::size_t b = 0; b < batch; b++) {
    for (std::size_t i = 0; i < outputs; i++) {
      for (std::size_t j = 0; j < inputs; j++) error[b * outputs + i] -= wanted[i * inputs + j] * x[b * inputs + j];
    }
  }
  tile.update(x, error, 0.02);
  tile.step();
}

void run() {
  // 1. A tile of devices whose steps become smaller towards their bounds, all as different as real ones
  memsim::TileConfig config;
  config.device = "soft-bounds";
  config.seed = 1;
  memsim::Tile tile(outputs, inputs, config);
  std::cout << memsim::pulsed_device(config.device).card.title << "; other devices:";
  for (const auto &[name, device] : memsim::pulsed_devices()) std::cout << " " << name;

  // 2. A linear map, and inputs to learn it from
  const Floats wanted = memsim::random::uniform(devices, {2, 0, 0}, -0.2, 0.2);
  const Floats x = memsim::random::uniform(steps * batch * inputs, {2, 1, 0}, -1.0, 1.0);
  const auto part = [&](std::size_t step) {
    return memsim::Span<const float>(x.data() + step * batch * inputs, batch * inputs);
  };

  // 3. Training: forward through the converters, then pulses
  const double before = missed(tile, wanted);
  for (std::size_t step = 0; step < steps; step++) train(tile, wanted, part(step));
  const double after = missed(tile, wanted);
  std::cout << "\nweights missed by " << before << " before and by " << after << " after training\n";
  expect(before > 0.08 && after < before / 3, "the tile learns");

  // 4. A saved tile goes on as the one that it was
  memsim::Tile copy(outputs, inputs, config);
  copy.load(tile.state());
  train(tile, wanted, part(0));
  train(copy, wanted, part(0));
  expect(tile.weights() == copy.weights(), "a state is whole");
  std::cout << tile.state().size() << " bytes hold the tile\n";
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
