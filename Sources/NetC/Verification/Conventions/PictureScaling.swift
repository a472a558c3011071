import IR
import Source
import Tensors

/// What is subtracted from the samples of a picture, and what they are divided by.
enum PictureScaling: Convention {
  static let name = "mean and std"

  /// Means and deviations by red, green, blue.
  private struct Preset {
    var words: String?
    var scale = 1.0
    var mean: [Double] = []
    var std: [Double] = []
  }

  /// What public code does: torchvision; x / 255; TensorFlow and Keras; the same as imagenet of
  /// samples up to 255; raw samples; the Caffe models of PSPNet, DeepLabv2 and FCN; TensorFlow's
  /// ResNets.
  private static let presets = [
    Preset(
      words: "normalize=imagenet", scale: 1 / 255, mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225]),
    Preset(words: "normalize=unit", scale: 1 / 255),
    Preset(
      words: "normalize=tf", scale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]),
    Preset(),
    Preset(mean: [123.68, 116.779, 103.939]),
    Preset(mean: [122.675, 116.669, 104.008]),
    Preset(mean: [122.67892, 116.66877, 104.00699]),
    Preset(mean: [123.15, 115.9, 103.06]),
  ]

  static func changes(to segment: Segment, _ place: TrialPlace) throws(Diagnostic) -> [Change] {
    let input = place.input.input
    guard place.input.isPicture, segment.sources[input.value] != nil,
      input.format.pictureChannels == 3
    else { return [] }
    // A change of the order alone is another convention.
    let known = [input.format] + input.format.otherOrders.map(\.format)
    var changes: [Change] = []
    for kind in [InputFormat.Kind.rgb, .bgr] {
      for preset in presets {
        var format = input.format
        (format.kind, format.scale) = (kind, preset.scale)
        (format.mean, format.std) = (preset.mean, preset.std)
        if kind == .bgr {
          format.mean.reverse()
          format.std.reverse()
        }
        guard !known.contains(format), let tensor = try place.input.tensors(format)[input.name]
        else { continue }
        let numbers =
          preset.words ?? (format.mean.isEmpty ? "without mean=" : "mean=\(format.mean)")
        let order = kind == input.format.kind ? "" : kind == .bgr ? "bgr[H, W] " : "rgb[H, W] "
        changes.append(
          Change(
            convention: name, words: order + numbers, nodes: [],
            effect: .input(input.value, tensor)))
      }
    }
    return changes
  }
}
