import CMemSimSIMD

/// A weight matrix [outputs x inputs] programmed into devices: what it reads as at times after programming.
///
/// Devices, their programming errors and drift exponents are drawn once; a read at a time draws read noise alone, so
/// reads do not build on each other. The scale between weights and conductances is the one of programming. Every random
/// number is a function of (seed; purpose, device, number of the read). One thread at a time.
public final class ProgrammedWeights: @unchecked Sendable {
  public let inputs, outputs: Int
  public let model: InferenceModel
  public let converter: ConductanceConverter
  let kernel: ConductanceKernel
  let context: Context
  let isByOutput: Bool
  private let conversion: any Conversion
  /// Weights asked for, of a by-output converter over the largest of their output; zeros beyond.
  let reference: Storage<Float>
  /// Right after programming, and what devices keep to change by, for each device of a weight.
  let programmed, kept: [Storage<Float>]
  /// Largest weight and gain of each output; nil unless the converter is by output.
  let sizes, gains: Storage<Float>?
  var map: ConductanceMap
  var key: UInt64
  /// Reads so far.
  var reads: UInt64 = 0
  private let turn = OneAtATime("programmed weights are")

  var count: Int { inputs * outputs }
  public var planes: Int { programmed.count }
  var storages: [Storage<Float>] { [reference] + programmed + kept + [sizes, gains].compactMap { $0 } }
  public var bytes: Int { storages.reduce(0) { $0 + $1.bytes.count } }

  /// Programs `weights` [outputs x inputs]. Errors: argument, shape, memory.
  ///
  /// - Parameter converter: nil: the model's own.
  public init(
    _ weights: UnsafePointer<Float>, outputs: Int, inputs: Int, model: String,
    parameters: [(name: String, values: [Double])] = [], converter: String? = nil,
    converterParameters: [(name: String, values: [Double])] = [], seed: UInt64 = 0, context: Context = .shared
  ) throws(MemSimError) {
    let limit = 1 << 24
    guard (1...limit).contains(inputs), (1...limit).contains(outputs), inputs * outputs <= 1 << 31 else {
      let got = "\(inputs) and \(outputs)"
      throw .argument("inputs and outputs must be 1...2^24 with a product of at most 2^31, got \(got)")
    }
    try WeightLimits.check(weights, inputs * outputs)
    self.model = try InferenceModel.named(model)
    let settings = try ModelSettings(self.model.card, parameters: parameters)
    let own = self.model.converter(settings)
    self.converter = try ConductanceConverter.named(converter ?? own.name)
    let given = (converter ?? own.name) == own.name ? own.parameters : []
    conversion = try self.converter.make(
      try ModelSettings(self.converter.card, parameters: given + converterParameters))
    kernel = try self.model.make(settings, conversion.range)
    isByOutput = type(of: conversion).isByOutput
    map = conversion.map(least: 0, most: 0, size: 0)
    (self.inputs, self.outputs, self.context) = (inputs, outputs, context)
    key = Seed.scramble(seed ^ 0x6d65_6d73_696d_2e69)
    let padded = (inputs * outputs + 63) / 64 * 64
    reference = try Storage(padded)
    var storages: [Storage<Float>] = []
    for _ in 0..<2 * map.planes.count { storages.append(try Storage(padded)) }
    (programmed, kept) = (Array(storages[..<map.planes.count]), Array(storages[map.planes.count...]))
    sizes = isByOutput ? try Storage(outputs) : nil
    gains = isByOutput ? try Storage(outputs) : nil
    reference.base.update(from: weights, count: inputs * outputs)
    normalize()
    findMap()
    try program()
  }

  /// Runs `body` unless another thread is in a call.
  func exclusively<R>(_ body: () throws(MemSimError) -> R) throws(MemSimError) -> R { try turn.run(body) }

  /// Divides each output's weights by its largest, for a converter that is by output.
  private func normalize() {
    guard let sizes else { return }
    context.parallel(outputs) { output in
      let row = reference.base + output * inputs
      let size = largestSize(row, inputs)
      sizes.base[output] = size
      if size > 0 { for i in 0..<inputs { row[i] /= size } }
    }
  }

  /// The conversion of the reference weights.
  func findMap() {
    var (least, most) = (reference.base[0], reference.base[0])
    for at in 0..<count { (least, most) = (min(least, reference.base[at]), max(most, reference.base[at])) }
    let size = max(abs(least), abs(most))
    if size < WeightLimits.least { (least, most) = (0, 0) }
    map = conversion.map(least: Double(least), most: Double(most), size: size < WeightLimits.least ? 0 : Double(size))
  }

  /// Errors: memory.
  private func program() throws(MemSimError) {
    try eachBlock(scratch: ProgrammedWeights.block) { first, groups, target in
      for plane in 0..<planes {
        targets(plane, first, into: target)
        kernel.program(block(plane, groups, target))
      }
    }
    findGains()
  }

  /// Least-squares slopes of conductances over weights, by output.
  private func findGains() {
    guard let gains, let sizes else { return }
    let conductance = programmed[0].base
    context.parallel(outputs) { output in
      var (sum, square) = (0.0, 0.0)
      for at in output * inputs..<(output + 1) * inputs {
        let w = Double(abs(reference.base[at]))
        (sum, square) = (sum + w * Double(conductance[at]), square + w * w)
      }
      gains.base[output] = sum > 0 ? Float(Double(sizes.base[output]) * square / sum) : 0
    }
  }
}
