/// Every command, in the order of `netc help`; one line each.
package enum CommandList {
  package static let all: [any Command.Type] = [
    CheckCommand.self,
    RunCommand.self,
    VerifyCommand.self,
    ShowCommand.self,
    PlanCommand.self,
    DiffCommand.self,
    BenchCommand.self,
    SweepCommand.self,
    FormatCommand.self,
    TestCommand.self,
    ExpandCommand.self,
    WeightsCommand.self,
    ExportCommand.self,
    ExplainCommand.self,
    DoctorCommand.self,
  ]

  package static func find(_ name: String) -> (any Command.Type)? {
    all.first { $0.name == name }
  }
}

/// The version that `netc --version` prints.
package enum Version {
  package static let text = "0.1.0"
}
