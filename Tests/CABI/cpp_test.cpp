// Tests of memsim.hpp: that it hands on what memsim.h does, in either precision and from any container.
#include "memsim.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>
#include <unistd.h>
#if __cplusplus >= 202002L
#include <span>
#endif

#include "test.h"

static_assert(!std::is_copy_constructible_v<memsim::Array> && std::is_nothrow_move_constructible_v<memsim::Array>);
static_assert(!std::is_copy_constructible_v<memsim::Context> && std::is_nothrow_move_constructible_v<memsim::Context>);
static_assert(!std::is_copy_constructible_v<memsim::Layer> && std::is_nothrow_move_constructible_v<memsim::Layer>);
static_assert(!std::is_copy_constructible_v<memsim::Tile> && std::is_nothrow_move_constructible_v<memsim::Tile>);
static_assert(!std::is_copy_constructible_v<memsim::Wires> && std::is_nothrow_move_constructible_v<memsim::Wires>);
static_assert(std::is_constructible_v<memsim::Span<const float>, std::vector<float> &>);
static_assert(!std::is_constructible_v<memsim::Span<const float>, std::vector<double> &>);
static_assert(!std::is_constructible_v<memsim::Span<float>, const std::vector<float> &>);

namespace {

constexpr std::size_t rows = 12, columns = 10, cells = rows * columns;

// The status of what `call` throws; MEMSIM_OK if nothing.
template <class Call> memsim_status thrown(Call call, const char *word = "") {
  try {
    call();
    return MEMSIM_OK;
  } catch (const memsim::Error &error) {
    return std::strstr(error.what(), word) ? error.status() : MEMSIM_OK;
  }
}

memsim::Array make_array(std::uint64_t seed = 1) {
  memsim::ArrayConfig config;
  config.seed = seed;
  return memsim::Array("synaptogen", rows, columns, config);
}

int library_is_described() {
  ENSURE(memsim::version() == memsim_version());
  ENSURE(std::strcmp(memsim::build_info(), memsim_build_info()) == 0);
  ENSURE(memsim::Context(3).threads() == 3 && memsim::Context().threads() >= 1);
  ENSURE(thrown([] { memsim::Context(-1); }, "threads") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int models_are_listed() {
  const auto models = memsim::models();
  const memsim::Model &model = models.at("synaptogen");
  ENSURE(models.size() == static_cast<std::size_t>(memsim_model_count()));
  ENSURE(model.params.size() == static_cast<std::size_t>(model.card.param_count) && !model.params.empty());
  ENSURE(model.options.size() == static_cast<std::size_t>(model.card.option_count) && !model.options.empty());
  ENSURE(std::string(model.quantities.at(0).name) == "current");
  ENSURE(models.at("jart-vcm-v1b").presets.size() == static_cast<std::size_t>(models.at("jart-vcm-v1b").card.preset_count));
  ENSURE(std::string(model.states.at(0).name) == make_array().state_names().at(0));
  ENSURE(thrown([] { memsim::model("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int random_numbers_match_c() {
  const memsim::Key key = {7, 3, 11};
  const memsim::Context two(2);
  std::vector<double> expected(1000), out(1000);
  ENSURE(memsim_random_normal(nullptr, &key, 1, 2, expected.data(), MEMSIM_FLOAT64, 1000) == MEMSIM_OK);
  memsim::random::normal<double>(out, key, 1, 2, &two);
  ENSURE(out == expected && memsim::random::normal<double>(1000, key, 1.0, 2.0) == expected);
  ENSURE(memsim::random::normal(10, key).size() == 10 && memsim::random::uniform(0, key).empty());
  ENSURE(memsim::random::uniform<double>(9, key) != memsim::random::exponential<double>(9, key));
  ENSURE(std::fabs(memsim::random::lognormal<double>(1, key, 1.0, 0.0).at(0) / std::exp(1.0) - 1) < 1e-15);
  ENSURE(memsim::random::poisson(5, key, 0.0) == std::vector<std::int32_t>(5, 0));
  ENSURE(memsim::random::bernoulli(5, key, 1.0) == std::vector<std::uint8_t>(5, 1));
  ENSURE(memsim::random::integers<std::int64_t>(5, key, 8, 9) == std::vector<std::int64_t>(5, 8));
  ENSURE(thrown([&] { memsim::random::normal(1, key, 0.0, -1.0); }, "std") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int arrays_are_made_as_configured() {
  const memsim::Context context(2);
  memsim::ArrayConfig config;
  config.seed = 3;
  config.params["order"] = {4};
  config.options["start"] = "stationary";
  config.context = &context;
  const memsim::Array array("synaptogen", rows, columns, config);
  ENSURE(array.shape() == std::make_pair(rows, columns) && array.size() == cells);
  ENSURE(array.model() == "synaptogen" && array.memory() > cells && array.hash() != make_array(3).hash());
  ENSURE(thrown([] { memsim::Array("nope", 1, 1); }, "nope") == MEMSIM_ERR_ARGUMENT);
  config.params["order"] = {4, 4};
  ENSURE(thrown([&] { memsim::Array("synaptogen", 1, 1, config); }, "order") == MEMSIM_ERR_SHAPE);
  return 0;
}

int voltages_come_from_any_container() {
  std::array<memsim::Array, 5> arrays = {make_array(), make_array(), make_array(), make_array(), make_array()};
  const std::vector<float> vector(cells, -1.5f);
  std::array<double, cells> array;
  array.fill(-1.5);
  double plain[cells];
  std::copy(array.begin(), array.end(), plain);
  arrays[0].apply(-1.5);
  arrays[1].apply(vector);
  arrays[2].apply(array);
  arrays[3].apply(plain);
#if __cplusplus >= 202002L
  arrays[4].apply(std::span<const double>(plain));
#else
  arrays[4].apply({plain, cells});
#endif
  for (const auto &one : arrays) ENSURE(one.hash() == arrays[0].hash() && one.hash() != make_array().hash());
  return 0;
}

int masks_choose_cells() {
  memsim::Array array = make_array();
  std::vector<std::uint8_t> where(cells, 0);
  where[5] = 1;
  array.apply(-3, where);
  const auto set = array.state("in_LRS");
  for (std::size_t i = 0; i < cells; i++) ENSURE(set[i] == (i == 5));
  where.pop_back();
  ENSURE(thrown([&] { array.apply(-3, where); }, "where") == MEMSIM_ERR_SHAPE);
  return 0;
}

int reads_agree_with_products() {
  memsim::Array array = make_array();
  const memsim::Read quiet = {memsim::Noise::none, 1e8};
  const auto currents = array.read(0.2, quiet);
  const auto conductance = array.conductance(0.2);
  const auto sums = array.vmm(std::vector<double>(rows, 0.2), quiet);
  double sum = 0;
  for (std::size_t i = 0; i < rows; i++) sum += currents[i * columns];
  ENSURE(std::fabs(sums.at(0) / sum - 1) < 1e-6 && std::fabs(conductance[7] * 0.2 / currents[7] - 1) < 1e-6);
  ENSURE(array.read(0.2) != currents && array.read(0.2, quiet) == currents);
  std::vector<float> narrow(cells), volts(3 * rows, 0.2f), out(3 * columns);
  array.read(std::vector<float>{0.2f}, narrow, quiet);
  array.vmm(volts, out, quiet);
  ENSURE(narrow[7] == static_cast<float>(currents[7]));
  ENSURE(std::fabs(out[0] / sum - 1) < 1e-5);  // single precision: the two parts of a small current nearly cancel
  ENSURE(thrown([&] { array.read(volts, out); }) == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { array.vmm(std::vector<double>(rows + 1)); }, "volts") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { array.apply(std::nan("")); }, "volts") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int states_are_read_and_set() {
  memsim::Array array = make_array();
  std::vector<double> r(cells);
  for (std::size_t i = 0; i < cells; i++) r[i] = static_cast<double>(i) / 128;
  array.set_state("r", r);
  ENSURE(array.state("r") == r && array.state<float>("r").at(64) == 0.5f);
  array.set_state("r", 0.25);
  ENSURE(array.state("r") == std::vector<double>(cells, 0.25));
  ENSURE(thrown([&] { array.state("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { array.set_state("cycle", 1.0); }, "cycle") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

memsim::Array make_timed(const char *preset = "") {
  memsim::ArrayConfig config;
  config.preset = preset;
  return memsim::Array("jart-vcm-v1b", rows, columns, config);
}

int voltages_have_durations() {
  std::array<memsim::Array, 6> arrays = {make_timed(), make_timed(), make_timed(),
                                         make_timed(), make_timed(), make_timed()};
  const std::vector<float> narrow(cells, -0.375f);
  const std::vector<double> wide(cells, -0.375), durations(cells, 1e-6);
  arrays[0].apply(-0.375, 1e-6);
  arrays[1].apply(narrow, 1e-6);
  arrays[2].apply(wide, 1e-6);
  arrays[3].apply(-0.375, durations);
  arrays[4].apply(narrow, durations);
  arrays[5].apply(wide, durations, std::vector<std::uint8_t>(cells, 1));
  for (const auto &one : arrays) ENSURE(one.hash() == arrays[0].hash() && one.hash() != make_timed().hash());
  ENSURE(thrown([&] { arrays[0].apply(-0.375, -1.0); }, "durations") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { arrays[0].apply(wide, std::vector<double>(3)); }, "durations") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([] { make_array().apply(0.1, 1.0); }, "time") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int pulses_and_sweeps_reach_chosen_cells() {
  memsim::Array array = make_timed(), twin = make_timed();
  std::vector<std::uint8_t> where(cells, 0);
  where[5] = where[77] = 1;
  std::vector<std::int32_t> counts(cells, 0);
  counts[5] = counts[77] = 9;
  array.pulse(9, where);
  twin.pulse(counts);
  const auto n = array.state("N");
  ENSURE(n == twin.state("N") && n[5] > n[6] && n[5] == n[77]);
  const std::vector<double> times = {0, 1e-6, 2e-6}, volts = {0, 0.2, 0};
  std::vector<float> narrow(3 * 2);
  const auto all = array.sweep(times, volts);
  twin.sweep(times, volts, narrow, where);
  ENSURE(all.size() == 3 * cells && narrow[2] == static_cast<float>(all[cells + 5]) && narrow[0] == 0);
  ENSURE(thrown([&] { array.sweep(times, volts, narrow); }, "capacity") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { array.sweep(times, std::vector<double>(2)); }, "volts") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { array.sweep({}, {}); }, "times") == MEMSIM_ERR_SHAPE);
  return 0;
}

int cells_are_evaluated() {
  const std::vector<double> volts = {-0.2, 0.2};
  const auto one = memsim::evaluate("jart-vcm-v1b", volts);
  const auto many = memsim::evaluate("jart-vcm-v1b", std::vector<double>{0.2}, {{"N", {1, 0.008}}});
  ENSURE(one.at("current").size() == 2 && one.at("current")[0] < 0 && one.size() == many.size());
  ENSURE(many.at("current")[1] == one.at("current")[1] && many.at("current")[0] > many.at("current")[1]);
  memsim::EvaluateConfig config;
  config.params["Rth0"] = {10e6};
  const auto cooler = memsim::evaluate("jart-vcm-v1b", volts, {}, config);
  ENSURE(cooler.at("temperature")[0] < one.at("temperature")[0]);
  std::vector<float> narrow(2);
  const std::vector<float> narrow_volts = {-0.2f, 0.2f};
  memsim::evaluate<float>("jart-vcm-v1b", narrow_volts, {}, {{"current", narrow}});
  ENSURE(std::fabs(narrow[0] / one.at("current")[0] - 1) < 1e-4);  // what single precision leaves
  ENSURE(thrown([&] { memsim::evaluate("jart-vcm-v1b", volts, {{"T", {300}}}); }, "T") == MEMSIM_ERR_ARGUMENT);
  config.preset = "nope";
  ENSURE(thrown([&] { memsim::evaluate("jart-vcm-v1b", volts, {}, config); }, "nope") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([] { make_timed("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  ENSURE(make_timed("user-guide").hash() != make_timed().hash());
  return 0;
}

int arrays_are_saved_and_moved() {
  memsim::Array array = make_array();
  array.apply(-1.5);
  const std::uint64_t hash = array.hash();
  char path[] = "memsim-cpp-XXXXXX";
  ENSURE(close(mkstemp(path)) == 0);
  array.save(path);
  ENSURE(memsim::Array::load(path).hash() == hash && unlink(path) == 0);
  std::vector<std::uint8_t> bytes = array.bytes();
  ENSURE(memsim::Array::from_bytes(bytes).hash() == hash);
  bytes[bytes.size() / 2] ^= 1;
  ENSURE(thrown([&] { memsim::Array::from_bytes(bytes); }) == MEMSIM_ERR_FORMAT);
  ENSURE(thrown([] { memsim::Array::load("no-such-file"); }, "no-such-file") == MEMSIM_ERR_FILE);
  memsim::Array moved = std::move(array);
  array = make_array(2);
  ENSURE(moved.hash() == hash && array.hash() != hash);
  return 0;
}

int plain_products_and_converters_work() {
  const std::vector<double> conductance = {1, 2, 3, 4, 5, 6};  // 2 x 3
  const std::vector<double> volts = {1, 10, 0.5, 0}, none;
  ENSURE((memsim::vmm(conductance, 2, volts) == std::vector<double>{41, 52, 63, 0.5, 1, 1.5}));
  const memsim::VmmNoise noise = {memsim::Noise::automatic, 1e8, {1, 2, 3}};
  ENSURE(memsim::vmm(conductance, 2, volts, noise).at(0) != 41);
  ENSURE(thrown([&] { memsim::vmm(conductance, 4, std::vector<double>(4)); }, "conductance") == MEMSIM_ERR_SHAPE);
  ENSURE((memsim::adc({2, 1, 4, true}, std::vector<float>{0, 1.6f, 9}) == std::vector<float>{1, 2, 4}));
  ENSURE((memsim::dac(1, 0.5, std::vector<double>{-1, 0.2, 3}) == std::vector<double>{-0.5, 0, 0.5}));
  ENSURE(memsim::vmm(conductance, 2, none).empty() && memsim::dac(4, 1.0, none).empty());
  ENSURE(make_array().vmm(none).empty());
  ENSURE(thrown([] { memsim::adc({0, 1, 4, true}, std::vector<float>(1)); }, "bits") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int nonidealities_are_listed() {
  const auto all = memsim::nonidealities();
  ENSURE(all.size() == static_cast<std::size_t>(memsim_nonideality_count()));
  const memsim::Model &drift = all.at("drift");
  ENSURE(drift.params.size() == static_cast<std::size_t>(drift.card.param_count) && drift.params.size() == 4);
  ENSURE(std::string(drift.params.at(0).name) == "time" && drift.options.empty() && drift.states.empty());
  ENSURE(thrown([] { memsim::nonideality("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

// Rows of Tests/Golden/nonideality_aware_training.json, of 2 uS at n = 3.5 and 0.25 V.
int laws_are_evaluated() {
  const memsim::Nonideality law = {"n-parameter", {{"n", {3.5}}}};
  const std::vector<double> volts = {0.1, 0.5}, conductance = {2e-6, 2e-6}, normals(4);
  const auto found = memsim::law_evaluate(law, volts, conductance, normals);
  ENSURE(std::fabs(found.current[0] / 9.544455797430779e-08 - 1) < 1e-12);
  ENSURE(std::fabs(found.current[1] / 1.75e-06 - 1) < 1e-12);
  ENSURE(std::fabs(found.d_conductance[1] * 2e-6 / found.current[1] - 1) < 1e-12);  // I is proportional to G
  ENSURE(std::fabs(found.d_voltage[1] * 0.5 / found.current[1] / std::log2(3.5) - 1) < 1e-12);  // and to V^log2 n
  const std::vector<double> none;
  ENSURE(memsim::law_evaluate(law, none, none, none).current.empty());
  ENSURE(thrown([&] { memsim::law_evaluate(law, volts, conductance, volts); }, "normals") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { memsim::law_evaluate({"drift"}, volts, conductance, normals); }, "law") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int layers_are_made_as_configured() {
  const memsim::Context context(2);
  memsim::LayerConfig config;
  config.nonidealities = {{"stuck-at", {{"value", {3e-6}}, {"probability", {1}}}}};
  config.bias = false;
  config.context = &context;
  memsim::Layer layer(3, 2, config);
  ENSURE(layer.inputs() == 3 && layer.outputs() == 2 && layer.size() == 12);
  ENSURE(layer.shape() == std::make_pair(std::size_t{3}, std::size_t{4}));
  ENSURE((layer.conductances(std::vector<double>(12, 1), {}) == std::vector<double>(12, 3e-6)));
  memsim::Layer moved = std::move(layer);
  layer = memsim::Layer(5, 1);
  ENSURE(moved.size() == 12 && layer.size() == 12 && layer.shape().first == 6);
  ENSURE((layer.conductances(std::vector<float>(12, 1), {}) == std::vector<float>(12, 2.6242037e-6f)));
  ENSURE(thrown([] { memsim::Layer(0, 1); }, "inputs") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([] { memsim::Layer(1, 1, {{{"nope"}}}); }, "nope") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([] { memsim::Layer(1, 1, {{{"drift"}, {"drift"}}}); }, "exclude each other") == MEMSIM_ERR_ARGUMENT);
  config.nonidealities[0].params["value"] = {1, 1};
  ENSURE(thrown([&] { memsim::Layer(1, 1, config); }, "value") == MEMSIM_ERR_SHAPE);
  return 0;
}

// An ohmic layer: y = x (W+ - W-) + b, dLoss/dx = grad_y (W+ - W-)^T. All numbers are short.
template <class T> int layers_compute() {
  const memsim::Layer layer(2, 2);
  const std::vector<T> weights = {1, 0.5, 0, 2, 4, 1, 0.25, 0, 1, 0, 0, 3}, x = {1, 2, -0.5, 0};
  const auto devices = layer.draw(weights, {1, 2, 3});
  const auto y = layer.forward(devices, x);
  const T expected[] = {7.5, -4.5, 0.75, -2}, close = std::is_same_v<T, float> ? T(1e-5) : T(1e-13);
  for (std::size_t i = 0; i < 4; i++) ENSURE(std::fabs(y[i] - expected[i]) < close);
  const std::vector<T> grad_y = {1, 0, 0, 1};
  const auto gradients = layer.backward(devices, weights, x, y, grad_y, 0.125);
  const T by_x[] = {0.5, 3, -2, 0.25}, by_w[] = {1, -1, -0.5, 0.5, 2, -2, 0, 0, 1, -1, 1, -1};
  for (std::size_t i = 0; i < 4; i++) ENSURE(std::fabs(gradients.x[i] - by_x[i]) < close);
  for (std::size_t i = 0; i < 12; i++) {
    // The penalty counts where w > 0. The scale cancels out of an ohmic layer.
    ENSURE(std::fabs(gradients.weights[i] - by_w[i] - (weights[i] > 0 ? T(0.125) : T(0))) < 3 * close);
  }
  std::vector<std::uint8_t> workspace(layer.workspace<T>());
  std::vector<T> out(4), power(2), grad_x(4), grad_weights(12), conductances(12);
  layer.draw<T>(weights, {1, 2, 3}, workspace);
  layer.forward<T>(workspace, x, out, power);
  layer.backward<T>(workspace, weights, x, y, grad_y, grad_x, grad_weights, 0.125);
  layer.conductances<T>(weights, {}, conductances);
  ENSURE(workspace == devices && out == y && grad_x == gradients.x && grad_weights == gradients.weights);
  ENSURE(conductances == layer.conductances(weights, {}) && power[0] > power[1] && power[1] > 0);
  layer.backward<T>(workspace, weights, x, y, grad_y, {}, grad_weights);
  ENSURE(layer.forward(devices, std::vector<T>()).empty());
  return 0;
}

int layers_compute_in_both_precisions() { return layers_compute<float>() || layers_compute<double>(); }

int layers_replay_and_redraw() {
  memsim::LayerConfig config;
  config.nonidealities = {{"poole-frenkel"}};
  const memsim::Layer layer(1, 1, config);
  const std::vector<double> weights = {1, 2, 3, 4}, x = {1}, normals(8);
  const memsim::LayerKey key = {7};
  const auto y = layer.forward(layer.draw(weights, key, normals), x);
  ENSURE(layer.forward(layer.draw(weights, {8}, normals), x) == y);
  ENSURE(layer.forward(layer.draw(weights, key), x) != y);
  config.redraw = memsim::Redraw::sample;
  const memsim::Layer fresh(1, 1, config);
  const auto both = fresh.forward(fresh.draw(weights, key), std::vector<double>{1, 1});
  ENSURE(both[0] != both[1]);
  ENSURE(thrown([&] { fresh.draw(weights, key, normals); }, "normals") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int layers_refuse_wrong_extents() {
  const memsim::Layer layer(3, 2);
  std::vector<double> weights(16, 1), x(6), y(4), three(3), out(16);
  auto devices = layer.draw(weights, {});
  const auto single = layer.draw(std::vector<float>(16, 1), {});
  std::uint8_t bytes = 0;
  ENSURE(thrown([&] { layer.draw(three, {}); }, "weights") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.draw(weights, {}, three); }, "normals") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.draw<double>(weights, {}, {&bytes, 1}); }, "capacity") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.conductances(three, {}); }, "weights") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.forward(devices, y); }, "x") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.forward<double>(devices, x, three); }, "y") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.forward<double>(devices, x, y, three); }, "power") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.forward(single, x); }, "capacity") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.backward(devices, three, x, y, y); }, "weights") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.backward(devices, weights, x, three, y); }, "y") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.backward(devices, weights, x, y, three); }, "grad_y") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.backward<double>(devices, weights, x, y, y, three, out); }, "grad_x") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.backward<double>(devices, weights, x, y, y, {}, three); }, "grad_w") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { layer.backward(devices, weights, x, y, y, -1); }, "penalty") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { layer.draw(weights, {0, 0, 1ull << 32}); }, "call") == MEMSIM_ERR_ARGUMENT);
  weights[5] = -1;
  ENSURE(thrown([&] { layer.draw(weights, {}); }, "row 1, column 1") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { layer.draw<double>(weights, {}, devices); }, "row 1, column 1") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { layer.forward(devices, x); }, "draw them first") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int weights_become_pairs() {
  const std::vector<float> w = {3, -4, 0}, gradient = {1, 2, 3, 4, 5, 6};
  ENSURE((memsim::pairs(w) == std::vector<float>{3, 0, 0, 4, 0, 0}));
  ENSURE((memsim::pairs(w, memsim::Mapping::average) == std::vector<float>{3.5f, 0.5f, 0, 4, 2, 2}));
  ENSURE((memsim::pairs_backward(w, gradient) == std::vector<float>{1, -4, -0.5f}));
  ENSURE((memsim::pairs_backward(w, gradient, memsim::Mapping::average) == std::vector<float>{-0.5f, -11, -0.5f}));
  std::vector<double> wide(6), back(3);
  memsim::pairs<double>(std::vector<double>{3, -4, 0}, wide);
  memsim::pairs_backward<double>(std::vector<double>{3, -4, 0}, std::vector<double>{1, 2, 3, 4, 5, 6}, back);
  ENSURE((wide == std::vector<double>{3, 0, 0, 4, 0, 0} && back == std::vector<double>{1, -4, -0.5}));
  ENSURE(memsim::pairs(std::vector<float>()).empty());
  ENSURE(thrown([&] { memsim::pairs<double>(back, back); }, "out") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { memsim::pairs_backward(w, w); }, "grad_pairs") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([] { memsim::pairs(std::vector<double>{std::nan("")}); }, "weights") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

const double infinite = std::numeric_limits<double>::infinity();

bool is_close(double a, double b, double tolerance = 1e-12) { return std::fabs(a - b) <= tolerance * std::fabs(b); }

// Two devices of 2 Ohm on one word line of 1 Ohm segments: 1.2 Ohm beyond the first; 2.2 V give 1 A.
int wires_are_solved_by_hand() {
  memsim::WiresConfig config;
  config.r_bit = {0, 0};
  memsim::Wires wires(std::vector<double>{0.5, 0.5}, 1, 2, config);
  const auto found = wires.solve(std::vector<double>{2.2, 4.4}, std::vector<double>{0, 0, 0, 0});
  const double output[] = {0.6, 0.4, 1.2, 0.8}, word_volts[] = {1.2, 0.8, 2.4, 1.6}, entering[] = {1, 0.4, 2, 0.8};
  for (std::size_t k = 0; k < 4; k++) {
    ENSURE(is_close(found.output[k], output[k]) && is_close(found.device_current[k], output[k]));
    ENSURE(is_close(found.device_volts[k], word_volts[k]) && is_close(found.word_volts[k], word_volts[k]));
    ENSURE(is_close(found.word_current[k], entering[k]) && is_close(found.bit_current[k], output[k]));
    ENSURE(found.bit_volts[k] == 0);
  }
  ENSURE(found.report.steps >= 1 && found.report.residual <= 1e-12);
  ENSURE(wires.currents(std::vector<double>{2.2, 4.4}) == found.output);
  ENSURE(wires.shape() == std::make_pair(std::size_t{1}, std::size_t{2}) && wires.size() == 2 && wires.memory() > 0);
  for (const auto method : {memsim::Transfer::iterative, memsim::Transfer::dense}) {
    const auto matrix = wires.transfer(method);
    ENSURE(is_close(matrix.at(0), 0.6 / 2.2) && is_close(matrix.at(1), 0.4 / 2.2));
  }
  std::vector<double> out(4), current(4);
  memsim::WiresFields fields;
  fields.device_current = current;
  const auto report = wires.solve(std::vector<double>{2.2, 4.4}, {}, out, fields);
  ENSURE(out == found.output && current == found.device_current && report.steps == found.report.steps);
  ENSURE(wires.solve(std::vector<double>()).output.empty());
  return 0;
}

int wires_are_made_as_configured() {
  const memsim::Context context(2);
  memsim::WiresConfig config;
  config.r_source = {0, infinite};
  config.double_sided = true;
  config.law = memsim::Nonideality{"n-parameter", {{"n", {2}}}};  // Ohm's
  config.normals.resize(12);
  config.context = &context;
  const std::vector<double> g = {1e-3, 2e-3, 3e-3, 4e-3, 5e-3, 6e-3}, volts = {1, 1};
  memsim::Wires law(g, 2, 3, config);
  config.law.reset();
  config.normals.clear();
  memsim::Wires ohmic(g, 2, 3, config);
  const auto expected = ohmic.currents(volts);
  const auto output = law.currents(volts);
  for (std::size_t j = 0; j < 3; j++) ENSURE(is_close(output[j], expected[j], 1e-10));
  config.selector = memsim::Nonideality{memsim::selectors().begin()->first};
  ENSURE(memsim::Wires(g, 2, 3, config).currents(volts)[0] < expected[0]);
  memsim::Wires moved = std::move(ohmic);
  ohmic = memsim::Wires(std::vector<double>{1}, 1, 1);
  ENSURE(moved.currents(volts) == expected && ohmic.size() == 1);
  ENSURE(memsim::selectors().size() == static_cast<std::size_t>(memsim_selector_count()));
  ENSURE(thrown([] { memsim::selector("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

// 2 V over a wire and a device of 1 Ohm each: dI/dV = 1/2, dI/dG = V/4, dI/dr = -V/4.
int wires_have_gradients() {
  memsim::WiresConfig config;
  config.r_bit = {0};
  memsim::Wires wires(std::vector<double>{1}, 1, 1, config);
  const auto found = wires.solve(std::vector<double>{2});
  const auto gradients = wires.vjp(found, std::vector<double>{3});
  ENSURE(is_close(gradients.volts.at(0), 1.5) && is_close(gradients.bit_volts.at(0), -1.5));
  ENSURE(is_close(gradients.conductance.at(0), 1.5) && is_close(gradients.r_word.at(0), -1.5));
  ENSURE(is_close(gradients.r_bit.at(0), -1.5));
  std::vector<double> by_volts(1);
  memsim::WiresGradientSpans spans;
  spans.volts = by_volts;
  wires.vjp(found.device_volts, std::vector<double>{3}, spans);
  ENSURE(by_volts == gradients.volts);
  return 0;
}

int wires_of_arrays_write() {
  memsim::Array array = make_timed();
  memsim::Wires wires(array);
  const std::vector<double> volts(rows, -0.8);
  const auto found = wires.solve(std::vector<double>(rows, 0.2));
  ENSURE(wires.vjp(found, std::vector<double>(columns, 1)).conductance.empty());
  const auto report = wires.write(volts, {}, 1e-4);
  ENSURE(report.steps >= 1 && report.energy > report.device_energy && report.device_energy > 0);
  ENSURE(array.hash() != make_timed().hash());
  ENSURE(thrown([&] { wires.write(volts, {}, -1); }, "duration") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { wires.transfer(); }, "ohmic") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int wires_refuse_wrong_extents() {
  memsim::Wires wires(std::vector<double>(6, 1e-3), 2, 3);
  std::vector<double> two(2), three(3), six(6), four(4);
  ENSURE(thrown([&] { memsim::Wires(four, 2, 3); }, "conductance") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { memsim::Wires(four, 0, 3); }, "conductance") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { memsim::Wires({}, 0, 3); }, "rows") == MEMSIM_ERR_ARGUMENT);
  memsim::WiresConfig config;
  config.r_word = three;
  ENSURE(thrown([&] { memsim::Wires(six, 2, 3, config); }, "r_word") == MEMSIM_ERR_SHAPE);
  config.r_word = {};
  ENSURE(thrown([&] { memsim::Wires(six, 2, 3, config); }, "r_word") == MEMSIM_ERR_SHAPE);
  config.r_word = {-1};
  ENSURE(thrown([&] { memsim::Wires(six, 2, 3, config); }, "r_word") == MEMSIM_ERR_ARGUMENT);
  config.r_word = {1};
  config.normals = three;
  ENSURE(thrown([&] { memsim::Wires(six, 2, 3, config); }, "normals") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { wires.solve(three); }, "volts") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { wires.solve(two, two); }, "bit_volts") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { wires.solve(two, {}, two); }, "output") == MEMSIM_ERR_SHAPE);
  memsim::WiresFields fields;
  fields.word_current = two;
  ENSURE(thrown([&] { wires.solve(two, {}, three, fields); }, "word_current") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { wires.transfer(two); }, "out") == MEMSIM_ERR_SHAPE);
  memsim::WiresGradientSpans spans;
  ENSURE(thrown([&] { wires.vjp(four, three, spans); }, "device_volts") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { wires.vjp(six, two, spans); }, "grad_output") == MEMSIM_ERR_SHAPE);
  spans.r_word = three;
  ENSURE(thrown([&] { wires.vjp(six, three, spans); }, "grad_r_word") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { wires.write(three, {}, 1); }, "volts") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { wires.write(two, two, 1); }, "bit_volts") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { wires.write(two, {}, 1); }, "array") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { wires.solve(std::vector<double>{0, infinite}); }, "volts") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int pulsed_devices_are_listed() {
  const auto all = memsim::pulsed_devices();
  ENSURE(all.size() == static_cast<std::size_t>(memsim_pulsed_device_count()) && all.size() >= 9);
  const memsim::Model &device = all.at("exp-step");
  ENSURE(std::string(device.card.name) == "exp-step" && device.options.empty() && device.presets.size() >= 2);
  ENSURE(device.params.size() == static_cast<std::size_t>(device.card.param_count));
  ENSURE(device.states.size() == static_cast<std::size_t>(device.card.state_count) && !device.states.empty());
  ENSURE(memsim::tile_settings("io").options.size() == 5 && memsim::tile_settings("update").options.size() == 1);
  ENSURE(!memsim::tile_settings("update").params.empty());
  ENSURE(thrown([] { memsim::pulsed_device("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([] { memsim::tile_settings("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

// Devices that are all alike, pulses that are counted, perfect products. All numbers are short.
memsim::TileConfig make_exact() {
  memsim::TileConfig config;
  for (const char *name : {"dw_min_dtod", "dw_min_std", "up_down_dtod", "w_max_dtod", "w_min_dtod"}) {
    config.params[name] = {0};
  }
  config.params["dw_min"] = {1.0 / 1024};
  config.forward.params["is_perfect"] = config.backward.params["is_perfect"] = {1};
  config.backward.params["out_scale"] = {2};
  config.update.options["pulse_type"] = "deterministic-implicit";
  return config;
}

int tiles_compute() {
  const memsim::Context context(2);
  memsim::TileConfig config = make_exact();
  config.context = &context;
  memsim::Tile tile(2, 3, config);
  ENSURE(tile.outputs() == 2 && tile.inputs() == 3 && tile.size() == 6 && tile.memory() >= 24);
  const std::vector<float> w = {0.5f, -0.25f, 0.125f, 0, 0.5f, 1};
  tile.set_weights(w);
  const std::vector<float> kept = tile.weights();
  ENSURE((kept == std::vector<float>{0.5f, -0.25f, 0.125f, 0, 0.5f, 0.6f}));
  tile.set_weights(std::vector<float>{0.5f, -0.25f, 0.125f, 0, 0.5f, 0.25f});
  const std::vector<float> y = tile.forward({1, 2, 4, -1, 0, 0}), by_x = tile.backward({1, 2});
  ENSURE((y == std::vector<float>{0.5f, 2, -0.5f, 0}));
  ENSURE((by_x == std::vector<float>{1, 1.5f, 1.25f}));
  // One slot of a train whose pulses are sure: k = 1, so that every device of a full row and column takes one step.
  tile.update(std::vector<float>{1, -1, 0}, std::vector<float>{1, -1}, 1.0 / 1024);
  const float step = 1.0f / 1024;
  ENSURE((tile.weights() == std::vector<float>{0.5f - step, -0.25f + step, 0.125f, step, 0.5f - step, 0.25f}));
  tile.set_hidden("max_bound", std::vector<float>(6, 0.25f));
  ENSURE((tile.hidden("max_bound") == std::vector<float>(6, 0.25f)));
  ENSURE((tile.weights() == std::vector<float>{0.25f, -0.25f + step, 0.125f, step, 0.25f, 0.25f}));
  ENSURE(tile.forward(std::vector<float>()).empty());
  memsim::Tile moved = std::move(tile);
  tile = memsim::Tile(4, 1);
  ENSURE(moved.size() == 6 && tile.outputs() == 4 && tile.inputs() == 1);
  return 0;
}

// A device of 2 in series with segments of 2 and 4, in units of the largest conductance: a quarter of its 0.5 is left.
int tiles_have_wires() {
  memsim::TileConfig config = make_exact();
  config.forward.params = {{"inp_res", {0}}, {"out_res", {0}}, {"out_noise", {0}}, {"ir_drop", {1}},
                           {"ir_drop_g_ratio", {0.25}}, {"ir_drop_word_ratio", {0.5}}};
  config.forward.options = {{"ir_drop_model", "exact"}};
  config.backward = config.forward;
  memsim::Tile tile(1, 1, config);
  for (const float w : {0.5f, -0.5f}) {
    tile.set_weights(std::vector<float>{w});
    ENSURE((tile.forward({1, 0}) == std::vector<float>{w / 4, 0}));
    ENSURE((tile.backward({0.5f}) == std::vector<float>{w / 8}));
  }
  return 0;
}

int tiles_are_saved() {
  memsim::TileConfig config;
  config.device = "soft-bounds-reference";
  config.preset = "ReRamArrayOM";
  config.seed = 9;
  memsim::Tile tile(3, 5, config), other(3, 5, config);
  const std::vector<float> x = {1, 0.5f, -0.5f, 0.25f, 1}, d = {1, -0.5f, 0.5f};
  tile.update(x, d, 0.5);
  tile.step();
  tile.reset(4, 2, 0.5);
  const auto state = tile.state();
  other.load(state);
  ENSURE(other.state() == state && other.forward(x) == tile.forward(x));
  other.update(x, d, 0.5);
  ENSURE(other.state() != state && other.weights() != tile.weights());
  tile.update(x, d, 0.5);
  ENSURE(other.weights() == tile.weights());
  return 0;
}

int compounds_are_tiles() {
  const auto all = memsim::compounds();
  ENSURE(all.size() == static_cast<std::size_t>(memsim_compound_count()) && all.size() >= 8);
  ENSURE(all.at("vector").options.size() == 1 && all.at("mixed-precision").states.size() == 1);
  ENSURE(thrown([] { memsim::compound("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  memsim::TileConfig config = make_exact();
  config.compound = "vector";
  config.compound_settings.params["gamma_vec"] = {1, 0.5};
  config.compound_settings.options["update_policy"] = "single-fixed";
  config.cells = {{"constant-step", config.params}, {"soft-bounds", {}}};
  memsim::Tile tile(2, 3, config);
  const std::vector<float> w = {0.5f, -0.25f, 0.125f, 0, 0.5f, 0.25f};
  tile.set_weights(w);
  ENSURE(tile.weights() == w && tile.hidden("0/weights") == w);
  const float step = 1.0f / 1024;
  tile.update(std::vector<float>{1, -1, 0}, std::vector<float>{1, -1}, 1.0 / 1024);
  ENSURE((tile.weights() == std::vector<float>{0.5f - step, -0.25f + step, 0.125f, step, 0.5f - step, 0.25f}));
  ENSURE(tile.hidden("1/weights") == std::vector<float>(6, 0));
  tile.drift(1);
  memsim::Tile other(2, 3, config);
  other.load(tile.state());
  ENSURE(other.state() == tile.state());
  config.cells.clear();
  ENSURE(thrown([&] { memsim::Tile(2, 3, config); }, "cells") == MEMSIM_ERR_ARGUMENT);
  config.compound = "nope";
  ENSURE(thrown([&] { memsim::Tile(2, 3, config); }, "nope") == MEMSIM_ERR_ARGUMENT);
  return 0;
}

int tiles_refuse_wrong_extents() {
  memsim::Tile tile(2, 3);
  std::vector<float> two(2), three(3), six(6);
  ENSURE(thrown([] { memsim::Tile(0, 1); }, "outputs") == MEMSIM_ERR_ARGUMENT);
  memsim::TileConfig config;
  config.device = "nope";
  ENSURE(thrown([&] { memsim::Tile(1, 1, config); }, "nope") == MEMSIM_ERR_ARGUMENT);
  config.device = "pow-step";
  config.preset = "ReRamES";
  ENSURE(thrown([&] { memsim::Tile(1, 1, config); }, "ReRamES") == MEMSIM_ERR_ARGUMENT);
  config.preset = "";
  config.update.options["pulse_type"] = "none";
  ENSURE(thrown([&] { memsim::Tile(1, 1, config); }, "pulse_type") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { tile.set_weights(two); }, "weights") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { tile.weights(two); }, "out") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { tile.hidden("max_bound", two); }, "out") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { tile.hidden("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { tile.set_hidden("max_bound", two); }, "values") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { tile.forward(two); }, "x") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { tile.forward(three, three); }, "y") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { tile.backward(three); }, "d") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { tile.backward(two, two); }, "out") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { tile.update(six, two, 1); }, "d") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { tile.update(three, two, infinite); }, "learning_rate") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { tile.reset(3, 1); }, "start") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { tile.load(std::vector<std::uint8_t>(9)); }) == MEMSIM_ERR_FORMAT);
  return 0;
}

int weights_are_programmed() {
  const std::vector<float> w = {0.5f, -1, 0.25f, 0, 1, -0.75f};
  memsim::InferenceConfig config;
  config.model_params = {{"prog_noise_scale", {0}}, {"read_noise_scale", {0}}, {"drift_scale", {0}}};
  memsim::Inference made(w, 2, 3, config);
  ENSURE(made.size() == 6 && made.planes() == 2 && made.memory() > 0);
  const auto back = made.weights(3600);
  for (std::size_t i = 0; i < w.size(); i++) ENSURE(std::abs(back[i] - w[i]) < 1e-6f);
  ENSURE(made.state_of("conductance")[0] == 12.5f);
  memsim::Inference other(w, 2, 3), moved(std::move(made));
  other.load(moved.state());
  ENSURE(other.weights() == moved.weights());
  ENSURE(memsim::inference_models().count("hermes") == 1 && memsim::inference_converters().count("fusion") == 1);
  ENSURE(memsim::inference_settings("weight-modifier").options.size() == 1);
  ENSURE(thrown([&] { memsim::Inference(w, 2, 2); }, "weights") == MEMSIM_ERR_SHAPE);
  ENSURE(thrown([&] { moved.state_of("nope"); }, "nope") == MEMSIM_ERR_ARGUMENT);
  ENSURE(thrown([&] { moved.weights(-1); }, "t must be") == MEMSIM_ERR_ARGUMENT);
  std::vector<float> changed = w, scales = {1, 1};
  memsim::modify_weights(changed, 2, 3, {{{"std_dev", {0.1}}}, {{"type", "add-normal"}}}, 1, 2);
  ENSURE(changed != w);
  memsim::clip_weights(changed, 2, 3, {{{"fixed_value", {0.5}}}, {{"type", "fixed-value"}}});
  memsim::remap_weights(changed, scales, 3, {{}, {{"type", "layerwise-symmetric"}}});
  ENSURE(scales[0] == 0.5f && std::abs(changed[1] + 1) < 1e-6f);
  return 0;
}

}  // namespace

int main(int argc, char **argv) try {
  static const test_case tests[] = {
      {"cpp.library", library_is_described},      {"cpp.models", models_are_listed},
      {"cpp.random", random_numbers_match_c},     {"cpp.config", arrays_are_made_as_configured},
      {"cpp.containers", voltages_come_from_any_container}, {"cpp.masks", masks_choose_cells},
      {"cpp.reads", reads_agree_with_products},   {"cpp.states", states_are_read_and_set},
      {"cpp.durations", voltages_have_durations}, {"cpp.pulses", pulses_and_sweeps_reach_chosen_cells},
      {"cpp.evaluate", cells_are_evaluated},      {"cpp.saved", arrays_are_saved_and_moved},
      {"cpp.dense", plain_products_and_converters_work},
      {"cpp.nonidealities", nonidealities_are_listed}, {"cpp.laws", laws_are_evaluated},
      {"cpp.layers", layers_are_made_as_configured},   {"cpp.layer_results", layers_compute_in_both_precisions},
      {"cpp.layer_draws", layers_replay_and_redraw},   {"cpp.layer_refused", layers_refuse_wrong_extents},
      {"cpp.pairs", weights_become_pairs},             {"cpp.wires", wires_are_solved_by_hand},
      {"cpp.wires_config", wires_are_made_as_configured}, {"cpp.wires_gradients", wires_have_gradients},
      {"cpp.wires_write", wires_of_arrays_write},      {"cpp.wires_refused", wires_refuse_wrong_extents},
      {"cpp.pulsed_devices", pulsed_devices_are_listed}, {"cpp.tiles", tiles_compute}, {"cpp.tiles_wired", tiles_have_wires},
      {"cpp.compounds", compounds_are_tiles},
      {"cpp.tiles_saved", tiles_are_saved},            {"cpp.tiles_refused", tiles_refuse_wrong_extents},
      {"cpp.inference", weights_are_programmed},
  };
  return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
} catch (const memsim::Error &error) {
  std::printf("status %d: %s\n", error.status(), error.what());
  return 1;
}
