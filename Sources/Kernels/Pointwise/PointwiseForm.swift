import Tensors

/// A pointwise step: expressions, and how each of its inputs is read.
///
/// Inputs are the call's, or none where stages go on from a value that is there already, then the
/// epilogue's.
struct PointwiseForm: Hashable, Sendable {
  enum Input: Hashable, Sendable {
    /// A number at every cell of every channel.
    case map
    /// One number for each channel, or one for all.
    case channel(isOne: Bool)
    /// One number for each cell.
    case cell
  }

  let program: RowProgram
  let second: RowProgram?
  let inputs: [Input]
  let result: Shape
  let layout: Layout

  /// Nil where an input broadcasts in another way.
  init?(_ call: KernelCall, _ layout: Layout) {
    guard case .pointwise(let spec) = call.call.spec else { return nil }
    let own = spec.slots.count
    func moved(_ stage: Scalar) -> Scalar {
      stage.mapped(input: { $0 }, parameter: { own + $0 })
    }
    let count = call.call.inputs.count
    program = RowProgram(
      spec.expression, then: call.epilogue.stages.map(moved), inputs: count)
    second = call.epilogue.second.map { RowProgram(then: $0.map(moved), inputs: count) }
    var inputs: [Input] = []
    for shape in call.inputShapes {
      guard let input = Input(shape, of: call.call.output) else { return nil }
      inputs.append(input)
    }
    self.inputs = inputs
    result = call.call.output
    self.layout = layout
  }

  /// Stages of an epilogue over a result that is there.
  init(_ epilogue: Epilogue, of result: Shape, _ layout: Layout) {
    program = RowProgram(then: epilogue.stages)
    second = epilogue.second.map { RowProgram(then: $0) }
    inputs = epilogue.inputs.map { shape in
      guard let input = Input(shape, of: result) else {
        preconditionFailure("inputs of an epilogue suit its result")
      }
      return input
    }
    self.result = result
    self.layout = layout
  }

  /// The layout in which it reads each input.
  var layouts: [Layout] { inputs.map { $0.hasChannels ? layout : .planar } }

  /// Inputs whose memory may be the output's: each is read at the cell that is written, before it.
  var overwritable: Set<Int> {
    let late = Set((second?.instructions ?? []).flatMap(\.rows))
    return Set(inputs.indices.filter { inputs[$0] == .map && !late.contains(.input($0)) })
  }

  /// Channels of a block; 1 where planes follow each other.
  var lanes: Int { layout.lanes }

  var grid: PartGrid {
    PartGrid(
      images: result.n, units: ceilDivide(result.c, lanes), cells: result.h * result.w,
      lanes: lanes)
  }
}

extension PointwiseForm.Input {
  /// Whether there is a number for each channel.
  var hasChannels: Bool { self == .map || self == .channel(isOne: false) }

  fileprivate init?(_ shape: Shape, of result: Shape) {
    if shape == result {
      self = .map
    } else if shape.n == result.n, shape.h == 1, shape.w == 1,
      shape.c == result.c || shape.c == 1
    {
      self = .channel(isOne: shape.c == 1)
    } else if shape.dimensions == [result.n, 1, result.h, result.w] {
      self = .cell
    } else {
      return nil
    }
  }
}
