/// Signs of lines and of the devices of a line, 1 or -1, which turn now and then.
struct Choppers {
  /// Of lines that are read, of devices of a line.
  let inputs, outputs: Storage<Float>
  private let inputProbability, outputProbability: Float
  private let isRandom: Bool
  /// Sweeps from turn to turn where they are regular; 0: never.
  let period: UInt64

  /// Errors: memory.
  init(_ plan: CompoundPlan, _ slices: CellLines) throws(MemSimError) {
    (inputs, outputs) = (try Storage(slices.count), try Storage(slices.length))
    inputs.base.update(repeating: 1, count: inputs.count)
    outputs.base.update(repeating: 1, count: outputs.count)
    let probability = plan.settings.value("in_chop_prob")
    (inputProbability, outputProbability) = (Float(probability), Float(plan.settings.value("out_chop_prob")))
    isRandom = plan.settings.value("in_chop_random") != 0
    period = probability > 0 ? Choppers.period(probability) : 0
  }

  /// Sweeps, at least two.
  static func period(_ probability: Double) -> UInt64 { UInt64(min(max((1 / probability).rounded(.up), 2), 1e15)) }

  /// Those of inputs and of outputs of the weights.
  func sides(_ areColumns: Bool) -> (inputs: Storage<Float>, outputs: Storage<Float>) {
    areColumns ? (inputs, outputs) : (outputs, inputs)
  }

  func sign(_ line: Int, _ k: Int) -> Float { inputs.base[line] * outputs.base[k] }

  /// Vectors as the fast device sees them.
  func turned(_ run: CompoundRun, _ slices: CellLines) -> FloatPair {
    let (byInput, byOutput) = sides(slices.areColumns)
    func product(_ values: UnsafePointer<Float>, _ signs: Storage<Float>) -> [Float] {
      var turned = Array(UnsafeBufferPointer(start: values, count: run.count * signs.count))
      for v in 0..<run.count { for i in 0..<signs.count { turned[v * signs.count + i] *= signs.base[i] } }
      return turned
    }
    return FloatPair(product(run.x, byInput), product(run.d, byOutput))
  }

  /// After a line was read: whether its chopper turned.
  func turn(_ line: Int, sweeps: UInt64, _ run: CompoundRun) -> Bool {
    let turns = isRandom
      ? CompoundPurpose.uniform(run.key, CompoundPurpose.inputChoppers, event: run.last) < inputProbability
      : period > 0 && sweeps % period == period - 1
    if turns { inputs.base[line] = -inputs.base[line] }
    return turns
  }

  /// After a sweep.
  func turnOutputs(_ run: CompoundRun) {
    if outputProbability == 0 { return }
    for k in 0..<outputs.count {
      let u = CompoundPurpose.uniform(run.key, CompoundPurpose.outputChoppers, event: run.last, element: k)
      if u < outputProbability { outputs.base[k] = -outputs.base[k] }
    }
  }

  static func parameters(random: Double) -> [ParameterCard] {
    [
      .init("in_chop_prob", unit: "1", "probability that a line's chopper turns when it is read", in: 0...1, default: [0.1]),
      .init("in_chop_random", unit: "0/1", "1: at random, 0: every 1 / in_chop_prob sweeps", in: 0...1, default: [random]),
      .init("out_chop_prob", unit: "1", "probability that an output's chopper turns after a sweep", in: 0...1, default: [0]),
    ]
  }
}
