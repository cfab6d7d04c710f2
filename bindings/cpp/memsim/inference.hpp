/* Of memsim.hpp: programmed weights. */
#ifndef MEMSIM_INFERENCE_HPP
#define MEMSIM_INFERENCE_HPP

#include "tiles.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace memsim {

/* Weights programmed into devices and read later, in single precision; equations and references: see memsim.h. */

/** Describes a model of programmed conductances by its name: a Model whose states are what Inference::state_of() gives. */
inline Model inference_model(const std::string &name) {
  Model found = detail::described(memsim_inference_model_info, name);
  const char *known = found.card.name;
  found.params = detail::cards<memsim_param_card>(memsim_inference_model_param, known, found.card.param_count);
  found.states = detail::cards<memsim_state_card>(memsim_inference_model_state, known, found.card.state_count);
  return found;
}

/** Every such model of this build, by name. */
inline std::map<std::string, Model> inference_models() {
  return detail::all(memsim_inference_model_count(), memsim_inference_model_name, inference_model);
}

/** Every converter of weights to conductances of this build, by name: Models that have a card and parameters alone. */
inline std::map<std::string, Model> inference_converters() {
  return detail::all(memsim_inference_converter_count(), memsim_inference_converter_name, [](const std::string &name) {
    Model found = detail::described(memsim_inference_converter_info, name);
    found.params = detail::cards<memsim_param_card>(memsim_inference_converter_param, found.card.name, found.card.param_count);
    return found;
  });
}

/** Describes the settings "weight-modifier", "weight-clip" or "weight-remap": a card, parameters and options. */
inline Model inference_settings(const std::string &name) {
  Model found = detail::described(memsim_inference_settings_info, name);
  const char *known = found.card.name;
  found.params = detail::cards<memsim_param_card>(memsim_inference_settings_param, known, found.card.param_count);
  found.options = detail::cards<memsim_option_card>(memsim_inference_settings_option, known, found.card.option_count);
  return found;
}

/** What may differ from the defaults of programmed weights. */
struct InferenceConfig {
  std::string model = "pcm-like"; /**< of inference_models() */
  std::map<std::string, std::vector<double>> model_params = {}; /**< by name */
  std::string converter = {}; /**< of inference_converters(); empty: the one of the model's devices */
  std::map<std::string, std::vector<double>> converter_params = {}; /**< by name */
  std::uint64_t seed = 0;     /**< of programming errors, drift and read noise */
  const Context *context = nullptr;
};

/** Weights [outputs x inputs] programmed into devices. Movable, not copyable; moved-from ones may only be assigned to or
 *  destroyed. */
class Inference {
 public:
  using Floats = std::vector<float>;

  Inference(Span<const float> weights, std::uint64_t outputs, std::uint64_t inputs, const InferenceConfig &config = {})
      : size_(static_cast<std::size_t>(outputs * inputs)) {
    detail::check_size("weights", weights, size_);
    memsim_inference_def def;
    detail::check(memsim_inference_def_init(&def, sizeof def));
    const detail::TileSettingsList model(config.model_params), converter(config.converter_params);
    def.outputs = outputs;
    def.inputs = inputs;
    def.seed = config.seed;
    def.model = config.model.c_str();
    def.converter = config.converter.empty() ? nullptr : config.converter.c_str();
    def.model_parameters = model.list();
    def.converter_parameters = converter.list();
    def.context = detail::handle(config.context);
    detail::check(memsim_inference_create(&def, weights.data(), &handle_));
  }
  Inference(Inference &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)), size_(other.size_) {}
  Inference &operator=(Inference &&other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Inference() { memsim_inference_destroy(handle_); }

  /** Number of weights. */
  std::size_t size() const noexcept { return size_; }
  /** Devices of a weight. */
  std::size_t planes() const {
    std::int32_t count = 0;
    detail::check(memsim_inference_planes(handle_, &count));
    return static_cast<std::size_t>(count);
  }
  /** Memory they take, in bytes. */
  std::uint64_t memory() const {
    std::uint64_t bytes = 0;
    detail::check(memsim_inference_memory(handle_, &bytes));
    return bytes;
  }

  /** Weights `t` seconds after programming: as programmed at 0, later with drift and fresh read noise. */
  void weights(double t, Span<float> out) {
    detail::check_size("out", out, size_);
    detail::check(memsim_inference_weights(handle_, t, out.data()));
  }
  Floats weights(double t = 0) {
    Floats out(size_);
    weights(t, out);
    return out;
  }

  /** Per-device quantity [planes x outputs x inputs]; see inference_model(). */
  Floats state_of(const std::string &name) {
    Floats out(planes() * size_);
    detail::check(memsim_inference_state(handle_, name.c_str(), out.data()));
    return out;
  }

  /** The whole state, the position in the random numbers included. */
  std::vector<std::uint8_t> state() {
    std::uint64_t size = 0;
    detail::check(memsim_inference_state_size(handle_, &size));
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
    detail::check(memsim_inference_save(handle_, bytes.data(), bytes.size()));
    return bytes;
  }
  /** Restores what state() gave. */
  void load(Span<const std::uint8_t> state) {
    detail::check(memsim_inference_load(handle_, detail::address(state), state.size()));
  }

  /** For calls of memsim.h. */
  memsim_inference *handle() const noexcept { return handle_; }

 private:
  memsim_inference *handle_ = nullptr;
  std::size_t size_;
};

/** Disturbs weights [outputs x inputs] in place as `modifier` says: "weight-modifier". Equal seeds and events, equal bits. */
inline void modify_weights(Span<float> weights, std::uint64_t outputs, std::uint64_t inputs, const TileSettings &modifier,
                           std::uint64_t seed, std::uint64_t event, const Context *context = nullptr) {
  detail::check_size("weights", weights, static_cast<std::size_t>(outputs * inputs));
  const detail::TileSettingsList given(modifier);
  const memsim_settings list = given.list();
  detail::check(memsim_inference_modify(detail::handle(context), &list, seed, event, weights.data(), outputs, inputs,
                                        weights.data()));
}

/** Clips weights [outputs x inputs] in place: "weight-clip". */
inline void clip_weights(Span<float> weights, std::uint64_t outputs, std::uint64_t inputs, const TileSettings &clip) {
  detail::check_size("weights", weights, static_cast<std::size_t>(outputs * inputs));
  const detail::TileSettingsList given(clip);
  const memsim_settings list = given.list();
  detail::check(memsim_inference_clip(&list, weights.data(), outputs, inputs));
}

/** Moves what weights [outputs x inputs] have grown by into scales [outputs], both in place: "weight-remap". */
inline void remap_weights(Span<float> weights, Span<float> scales, std::uint64_t inputs, const TileSettings &remap) {
  detail::check_size("weights", weights, scales.size() * static_cast<std::size_t>(inputs));
  const detail::TileSettingsList given(remap);
  const memsim_settings list = given.list();
  detail::check(memsim_inference_remap(&list, weights.data(), scales.data(), scales.size(), inputs));
}

}  // namespace memsim

#endif
