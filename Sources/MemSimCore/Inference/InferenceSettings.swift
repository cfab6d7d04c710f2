/// Cards of what training for inference does to weights.
public struct InferenceSettings: Catalogued {
  public static let kind = "inference settings"
  public let card: ModelCard

  public static let all = [
    InferenceSettings(card: WeightModifier.card), InferenceSettings(card: WeightClip.card),
    InferenceSettings(card: WeightRemap.card),
  ]
}
