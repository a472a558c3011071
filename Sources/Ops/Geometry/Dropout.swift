import IR
import Source
import Tensors

/// Its input: dropout works in training only
struct Dropout: Op {
  static let signature = Signature(
    "dropout", "x |> dropout 0.5", [.positional("rate", .decimal, required: false)])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    if let rate = call.decimal("rate"), !(0..<1).contains(rate) {
      throw Diagnostic(
        .outOfRange,
        "`rate` of `dropout` is not a probability: \(call.arguments["rate"]?.constant.text ?? "")",
        at: call.span(of: "rate"),
        help: "it is at least 0 and below 1")
    }
    return try builder.append(.movement(.identity), call.inputs, for: call)
  }
}
