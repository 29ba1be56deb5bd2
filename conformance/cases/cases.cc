#include "conformance/cases/cases.h"

#include <vector>

namespace nvmf::conformance {

std::span<const Case> AllCases() {
  static const std::vector<Case> kAll = [] {
    std::vector<Case> all;
    for (const std::span<const Case> group : {
             TcpIcCases(),         TcpConnCases(),        TcpTermCases(),     TcpChCases(),
             TcpChDataCases(),     TcpRspCases(),         TcpR2tCases(),      TcpH2cCases(),
             TcpC2hCases(),        DigestCases(),         TcpLoadCases(),     TcpIcdCases(),
             TcpSglCases(),        TcpSglLengthsCases(),  FabConnCases(),     FabConnNamesCases(),
             FabConnIoCases(),     FabConnDataCases(),    FabGenCases(),      PropCases(),
             PropStatesCases(),    PropSettingsCases(),   FlowCases(),        AdmIdentifyCases(),
             AdmNamespacesCases(), AdmCommandsCases(),    AdmEventsCases(),   AdmFeaturesCases(),
             AdmLogsCases(),       DiscCases(),           DiscLogCases(),     KaCases(),
             IoBlocksCases(),      IoCommandsCases(),     IoQueuesCases(),    TcpIchCases(),
             TcpIchParamsCases(),  TcpTermhCases(),       TcpConnhCases(),    TcpChhCases(),
             TcpChhLengthsCases(), TcpRsphCases(),        TcpR2thCases(),     TcpR2thWrongCases(),
             TcpC2hhCases(),       TcpC2hhSuccessCases(), DigestHostCases(),  FlowhCases(),
             FabhCases(),          DischCases(),          KahCases(),         IohCases(),
             RobSetupCases(),      RobDataCases(),        RobCommandsCases(), RobTeardownCases(),
             RobOctetsCases(),     RobhCases(),
         }) {
      all.insert(all.end(), group.begin(), group.end());
    }
    return all;
  }();
  return kAll;
}

}  // namespace nvmf::conformance
