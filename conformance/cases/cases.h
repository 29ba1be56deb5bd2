// All cases of the suite, group by group. A group is one file: a flat table of cases at its end.
//
//   for (const Case& test : AllCases()) ...
//
// Threads   safe after the first call.
#ifndef CONFORMANCE_CASES_CASES_H_
#define CONFORMANCE_CASES_CASES_H_

#include <span>

#include "conformance/suite/case.h"

namespace nvmf::conformance {

// Controllers on trial.
std::span<const Case> TcpIcCases();
std::span<const Case> TcpConnCases();
std::span<const Case> TcpTermCases();
std::span<const Case> TcpChCases();
std::span<const Case> TcpChDataCases();
std::span<const Case> TcpIcdCases();
std::span<const Case> TcpSglCases();
std::span<const Case> TcpSglLengthsCases();
std::span<const Case> TcpLoadCases();
std::span<const Case> TcpRspCases();
std::span<const Case> TcpR2tCases();
std::span<const Case> TcpH2cCases();
std::span<const Case> TcpC2hCases();
std::span<const Case> DigestCases();
std::span<const Case> FabConnCases();
std::span<const Case> FabConnNamesCases();
std::span<const Case> FabConnIoCases();
std::span<const Case> FabConnDataCases();
std::span<const Case> FabGenCases();
std::span<const Case> PropCases();
std::span<const Case> PropStatesCases();
std::span<const Case> PropSettingsCases();
std::span<const Case> FlowCases();
std::span<const Case> AdmIdentifyCases();
std::span<const Case> AdmNamespacesCases();
std::span<const Case> AdmCommandsCases();
std::span<const Case> AdmEventsCases();
std::span<const Case> AdmFeaturesCases();
std::span<const Case> AdmLogsCases();
std::span<const Case> DiscCases();
std::span<const Case> DiscLogCases();
std::span<const Case> KaCases();
std::span<const Case> IoBlocksCases();
std::span<const Case> IoCommandsCases();
std::span<const Case> IoQueuesCases();
std::span<const Case> RobSetupCases();
std::span<const Case> RobDataCases();
std::span<const Case> RobCommandsCases();
std::span<const Case> RobTeardownCases();
std::span<const Case> RobOctetsCases();

// Hosts on trial.
std::span<const Case> TcpIchCases();
std::span<const Case> TcpIchParamsCases();
std::span<const Case> TcpTermhCases();
std::span<const Case> TcpConnhCases();
std::span<const Case> TcpChhCases();
std::span<const Case> TcpChhLengthsCases();
std::span<const Case> TcpRsphCases();
std::span<const Case> TcpR2thCases();
std::span<const Case> TcpR2thWrongCases();
std::span<const Case> TcpC2hhCases();
std::span<const Case> TcpC2hhSuccessCases();
std::span<const Case> DigestHostCases();
std::span<const Case> FlowhCases();
std::span<const Case> FabhCases();
std::span<const Case> DischCases();
std::span<const Case> KahCases();
std::span<const Case> IohCases();
std::span<const Case> RobhCases();

std::span<const Case> AllCases();

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_CASES_CASES_H_
