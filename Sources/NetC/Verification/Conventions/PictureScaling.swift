import IR
import Source
import Tensors

/// What is subtracted from the samples of a picture, and what they are divided by.
enum PictureScaling: Convention {
  static let name = "mean and std"

  /// Means of samples that are not scaled, by red, green, blue: none, those of the Caffe models of
  /// PSPNet, DeepLabv2 and FCN, and of TensorFlow's ResNets.
  private static let means: [[Double]] = [
    [], [123.68, 116.779, 103.939], [122.675, 116.669, 104.008], [122.67892, 116.66877, 104.00699],
    [123.15, 115.9, 103.06],
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
      for (numbers, format) in formats(input.format, kind) {
        guard !known.contains(format), let tensor = try place.input.tensors(format)[input.name]
        else { continue }
        let order = kind == input.format.kind ? "" : kind == .bgr ? "bgr[H, W] " : "rgb[H, W] "
        changes.append(
          Change(
            convention: name, words: order + numbers, nodes: [],
            effect: .input(input.value, tensor)))
      }
    }
    return changes
  }

  /// What public code does, in the language's words: the scalings that have a name, then means.
  private static func formats(
    _ own: InputFormat, _ kind: InputFormat.Kind
  ) -> [(words: String, format: InputFormat)] {
    var plain = own
    plain.kind = kind
    let named = InputFormat.Scaling.allCases.map { scaling in
      var format = plain
      format.normalize(as: scaling)
      return (words: "normalize=\(scaling.rawValue)", format: format)
    }
    return named
      + means.map { mean in
        var format = plain
        (format.scale, format.mean, format.std) = (1, kind == .bgr ? mean.reversed() : mean, [])
        let words = mean.isEmpty ? "without mean=" : "mean=\(format.mean)"
        return (words: words, format: format)
      }
  }
}
