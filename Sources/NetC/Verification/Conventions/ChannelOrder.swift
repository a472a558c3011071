import IR
import Source
import Tensors

/// Whether the first channel is red or blue.
enum ChannelOrder: Convention {
  static let name = "channel order"

  static func changes(to segment: Segment, _ place: TrialPlace) throws(Diagnostic) -> [Change] {
    let input = place.input.input
    guard let tensor = segment.sources[input.value], tensor.shape.c == 3 else { return [] }
    if place.input.isPicture {
      var changes: [Change] = []
      for (words, format) in input.format.otherOrders {
        guard let tensor = try place.input.tensors(format)[input.name] else { continue }
        changes.append(change(words, input.value, tensor))
      }
      return changes
    }
    guard let reversed = tensor.withReversedChannels else { return [] }
    return [change("the recorded `input` with its channels reversed", input.value, reversed)]
  }

  private static func change(_ words: String, _ input: ValueID, _ tensor: Tensor) -> Change {
    Change(convention: name, words: words, nodes: [], effect: .input(input, tensor))
  }
}

extension InputFormat {
  /// The other order of the channels: each keeps its mean and std, or those stay where they stand.
  var otherOrders: [(words: String, format: InputFormat)] {
    guard isPicture, pictureChannels == 3 else { return [] }
    var moved = self
    moved.kind = kind == .bgr ? .rgb : .bgr
    var mirrored = moved
    mirrored.mean.reverse()
    mirrored.std.reverse()
    let words = moved.kind == .bgr ? "bgr[H, W]" : "rgb[H, W]"
    if mirrored == moved { return [(words, moved)] }
    return [
      ("\(words), each channel with its own mean and std", mirrored),
      ("\(words), mean and std as they are written", moved),
    ]
  }
}

extension Tensor {
  /// The channels in the opposite order; nil where no memory is left.
  fileprivate var withReversedChannels: Tensor? {
    guard let result = try? Tensor(zeros: shape) else { return nil }
    let plane = shape.h * shape.w
    withSpan { source in
      result.withMutableSpan { destination in
        for index in destination.indices {
          let (image, rest) = index.quotientAndRemainder(dividingBy: shape.c * plane)
          let (channel, cell) = rest.quotientAndRemainder(dividingBy: plane)
          destination[index] = source[(image * shape.c + shape.c - 1 - channel) * plane + cell]
        }
      }
    }
    return result
  }
}
