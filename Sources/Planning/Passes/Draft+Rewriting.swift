import IR
import Tensors

/// What passes share that replace steps by others of the same value.
extension Draft {
  /// Replaces every step for which there are others, which come to the same value; they are told
  /// what makes each value, and how often it is read.
  mutating func replaceSteps(
    _ others: (inout Draft, Step, _ makers: [ValueID: Step], _ uses: [ValueID: Int]) -> [Step]?
  ) {
    let uses = useCounts()
    var makers: [ValueID: Step] = [:]
    var kept: [Step] = []
    for step in steps {
      let made = others(&self, step, makers, uses) ?? [step]
      for step in made { makers[step.output] = step }
      kept += made
    }
    steps = kept
    removeUnread()
  }

  /// Drops steps whose results nothing reads.
  private mutating func removeUnread() {
    var uses = useCounts()
    var kept: [Step] = []
    for step in steps.reversed() {
      if step.results.contains(where: { uses[$0, default: 0] > 0 }) {
        kept.append(step)
      } else {
        for input in step.inputs { uses[holder(input), default: 0] -= 1 }
      }
    }
    steps = kept.reversed()
  }

  /// A step for a call whose output is new; nil where the spec does not take the inputs.
  mutating func step(
    _ spec: Spec, _ inputs: [ValueID], parameters: [StepParameter] = [], _ origin: Origin
  ) -> Step? {
    guard let call = try? Call.make(spec, inputs.map { shape($0) }) else { return nil }
    return Step(
      call: call, inputs: inputs, output: makeValue(call.output, .planar), parameters: parameters,
      origin: origin)
  }
}

extension Draft.Step {
  /// The convolution that is a matrix product at each position: 1x1 and dense, without padding.
  var projection: ConvolutionSpec? {
    guard case .convolution(let spec) = call.spec, spec.kernel == .one, spec.groups == 1,
      !spec.transposed
    else { return nil }
    let isInside = Axis.allCases.allSatisfy { axis in
      let (input, output) = (call.inputs[0].dimensions, call.output.dimensions)
      let index = axis == .height ? 2 : 3
      let window = spec.slidingWindow.axis(axis, input: input[index], output: output[index])
      return window.before == 0 && window.after == 0
    }
    return isInside ? spec : nil
  }

  /// The resize that gives more positions than it reads.
  var enlargement: ResizeSpec? {
    guard case .resize(let spec) = call.spec, call.inputs.count == 1,
      call.inputs[0].h * call.inputs[0].w < call.output.h * call.output.w
    else { return nil }
    return spec
  }
}

extension Origin {
  /// For a step that stands for part of what this one says.
  func part(_ op: String) -> Origin { Origin(op: op, span: span, calls: calls, path: path) }
}

/// What steps cost, for passes that choose between two ways to a value.
struct Work {
  /// As many multiply-adds take as long as a number on its way from or to memory.
  static let perNumber = 16

  /// In multiply-adds; nil where the count overflows.
  private(set) var amount: Int? = 0

  init(_ calls: Call...) {
    for call in calls { add(call) }
  }

  mutating func add(_ call: Call) {
    add(call.multiplyAdds)
    for shape in call.inputs + [call.output] { add(numbers: shape) }
  }

  /// Numbers that are read or written besides.
  mutating func add(numbers shape: Shape) { add(product([shape.count, Self.perNumber])) }

  private mutating func add(_ count: Int?) {
    guard let amount, let count else { return self.amount = nil }
    let (sum, overflow) = amount.addingReportingOverflow(count)
    self.amount = overflow ? nil : sum
  }

  static func < (a: Work, b: Work) -> Bool {
    guard let a = a.amount, let b = b.amount else { return false }
    return a < b
  }
}
