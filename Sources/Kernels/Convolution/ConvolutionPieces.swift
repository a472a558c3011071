import Tensors

/// A direct convolution that computes a call, or some of the cells of its result, and where its
/// weights lie in the call's.
struct ConvolutionPiece: Hashable, Sendable {
  var geometry: DirectGeometry
  let weight: WeightSteps

  /// More phases than this would cost more to prepare than they save.
  static let mostPhases = 4096

  /// The pieces of a convolution or a dense layer; nil where there are too many.
  static func all(_ call: KernelCall, _ isa: VectorISA) -> [ConvolutionPiece]? {
    let (input, output) = (call.call.inputs[0], call.call.output)
    let source = MapSteps(
      call.inputs[0], lanes: isa.lanes, height: input.h, width: input.w)
    let destination = MapSteps(
      call.output.wide, lanes: isa.lanes, height: output.h, width: output.w)
    func geometry(_ groups: Int, rows: WindowAxis, columns: WindowAxis) -> DirectGeometry {
      DirectGeometry(
        isa: isa, isDepthwise: call.call.isDepthwise,
        groups: groups, inputChannels: input.c / groups, outputChannels: output.c / groups,
        rows: rows, columns: columns, isSourcePlanar: call.inputs[0] == .planar,
        sourceNumbers: Precision(call.inputs[0]), source: source,
        resultNumbers: Precision(call.output), destination: destination)
    }
    switch call.call.spec {
    case .convolution(let spec) where spec.transposed:
      guard spec.stride.height * spec.stride.width <= mostPhases else { return nil }
      let window = spec.slidingWindow
      let rows = TransposedPhase.all(window.axis(.height, input: output.h, output: input.h))
      let columns = TransposedPhase.all(window.axis(.width, input: output.w, output: input.w))
      return rows.flatMap { row in
        columns.map { column in
          var piece = geometry(spec.groups, rows: row.axis, columns: column.axis)
          piece.destination = MapSteps(
            column: destination.column * spec.stride.width,
            row: destination.row * spec.stride.height, channel: destination.channel,
            block: destination.block)
          piece.firstCell = row.first * destination.row + column.first * destination.column
          return ConvolutionPiece(
            geometry: piece, weight: steps(spec, input, piece, row, column))
        }
      }
    case .convolution(let spec):
      let window = spec.slidingWindow
      let whole = geometry(
        spec.groups, rows: window.axis(.height, input: input.h, output: output.h),
        columns: window.axis(.width, input: input.w, output: output.w))
      return [ConvolutionPiece(geometry: whole, weight: steps(whole)).live]
    case .product:
      // A window as large as the map, at one position.
      let whole = geometry(1, rows: .whole(input.h), columns: .whole(input.w))
      return [ConvolutionPiece(geometry: whole, weight: steps(whole))]
    default:
      preconditionFailure("convolutions and dense layers have pieces")
    }
  }

  /// The same without rows and columns of the window that read padding alone, so that nothing is
  /// packed for them: at a rate as large as the map one tap is left.
  private var live: ConvolutionPiece {
    func taps(_ axis: WindowAxis) -> Range<Int> {
      let live = axis.liveRange
      return live.isEmpty ? 0..<1 : live
    }
    let (rows, columns) = (taps(geometry.rows), taps(geometry.columns))
    var (live, steps) = (geometry, weight)
    live.rows = geometry.rows.with(taps: rows)
    live.columns = geometry.columns.with(taps: columns)
    steps.first += rows.lowerBound * steps.row + columns.lowerBound * steps.column
    return ConvolutionPiece(geometry: live.flattened, weight: steps)
  }

  /// O, I/g, K, K.
  private static func steps(_ geometry: DirectGeometry) -> WeightSteps {
    let (row, column) = (geometry.columns.kernel, 1)
    let input = geometry.rows.kernel * row
    let output = geometry.inputChannels * input
    return WeightSteps(
      group: geometry.outputChannels * output, output: output, input: input, row: row,
      column: column)
  }

  /// I, O/g, K, K, of which a phase has some taps, evenly spaced.
  private static func steps(
    _ spec: ConvolutionSpec, _ input: Shape, _ geometry: DirectGeometry, _ rows: TransposedPhase,
    _ columns: TransposedPhase
  ) -> WeightSteps {
    let output = spec.kernel.height * spec.kernel.width
    let inputStep = geometry.outputChannels * output
    return WeightSteps(
      first: (rows.taps.first ?? 0) * spec.kernel.width + (columns.taps.first ?? 0),
      group: geometry.inputChannels * inputStep, output: output, input: inputStep,
      row: rows.tapStep * spec.kernel.width, column: columns.tapStep)
  }
}

extension Call {
  /// Groups of channels that are summed apart.
  var groups: Int { if case .convolution(let spec) = spec { spec.groups } else { 1 } }

  /// Whether every channel is a group of its own, of one input and one output channel.
  var isDepthwise: Bool {
    let groups = groups
    return groups > 1 && groups == inputs[0].c && groups == output.c
  }
}

extension WindowAxis {
  /// A window over all cells at once.
  fileprivate static func whole(_ count: Int) -> WindowAxis {
    WindowAxis(
      kernel: count, stride: 1, rate: 1, before: 0, after: 0, input: count, output: 1)
  }
}
