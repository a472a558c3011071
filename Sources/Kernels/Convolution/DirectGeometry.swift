import Tensors

/// The sizes of a direct convolution of one image, and how its maps lie in memory.
struct DirectGeometry: Hashable, Sendable {
  var isa: VectorISA
  /// Whether every channel is a group of its own, of one input and one output channel.
  var isDepthwise: Bool
  var groups: Int
  /// Channels of one group.
  var inputChannels: Int
  var outputChannels: Int
  var rows: WindowAxis
  var columns: WindowAxis
  var isSourcePlanar: Bool
  var sourceNumbers: Precision
  var source: MapSteps
  var resultNumbers: Precision
  /// The result's, in numbers; phases of a transposed convolution skip columns and rows of it, and
  /// begin at some cell.
  var destination: MapSteps
  var firstCell = 0
  /// Vector registers that tiles leave to their ending; two for masks.
  var spareRegisters = 2

  var lanes: Int { isa.lanes }

  /// Whether products are of pairs of input channels, which lie in the place of a float.
  var hasPairs: Bool { sourceNumbers == .bf16 && !isDepthwise }
  /// What a product reads of a group's cell, pairs or channels, and as much of a full block.
  var inputs: Int { hasPairs ? ceilDivide(inputChannels, 2) : inputChannels }
  var inputLanes: Int { hasPairs ? lanes / 2 : lanes }

  /// The same sums over maps that are one long row, where positions are independent.
  var flattened: DirectGeometry {
    let isPointwise = [rows, columns].allSatisfy {
      $0.kernel == 1 && $0.stride == 1 && $0.before == 0 && $0.input == $0.output
    }
    let areLong = [source, destination].allSatisfy { $0.row == columns.input * $0.column }
    guard isPointwise && areLong && rows.output > 1 else { return self }
    var flat = self
    flat.rows = .row(1)
    flat.columns = .row(rows.input * columns.input)
    return flat
  }

  /// Floats of the weights of a row of the window, for some inputs.
  func rowFloats(inputs: Int, blocks: Int) -> Int { columns.kernel * inputs * blocks * lanes }

  /// Why no code can be made, where none can: offsets in code have 32 bits.
  var refusal: String? {
    // Bytes that the code of a tile of 32 positions and a full block of channels spans.
    let spans = [
      product([columns.stride, 32, source.column]),
      product([columns.kernel, columns.rate, source.column]), product([lanes, source.channel]),
      product([rows.rate, source.row]), product([32, destination.column]),
    ]
    guard spans.allSatisfy({ $0 ?? .max <= 1 << 26 }) else {
      return "a row or a channel of the map is more than 256 MiB from the next"
    }
    return nil
  }
}

extension WindowAxis {
  /// One tap at every cell of a row.
  fileprivate static func row(_ count: Int) -> WindowAxis {
    WindowAxis(kernel: 1, stride: 1, rate: 1, before: 0, after: 0, input: count, output: count)
  }
}
