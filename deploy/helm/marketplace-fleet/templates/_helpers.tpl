{{/* Names that are known: one fleet for a release. */}}
{{- define "fleet.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* What all objects of this release have in common. */}}
{{- define "fleet.labels" -}}
app.kubernetes.io/name: marketplace-fleet
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* What pods of all machines need, those that prove too. */}}
{{- define "fleet.pod" -}}
automountServiceAccountToken: false
# Variables for every Service would be read as settings: MARKETPLACE_PORT, where one is named so.
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .Values.gracePeriod }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1654
  runAsGroup: 1654
  fsGroup: 1654
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Machines of one kind apart; takes the release and the kind. */}}
{{- define "fleet.apart" -}}
{{- $labels := dict "matchLabels" (dict "app.kubernetes.io/instance" .root.Release.Name "app.kubernetes.io/component" .component) -}}
{{- $term := dict "topologyKey" "kubernetes.io/hostname" "labelSelector" $labels -}}
podAntiAffinity:
{{- if eq .root.Values.spread "required" }}
  requiredDuringSchedulingIgnoredDuringExecution: {{- list $term | toYaml | nindent 4 }}
{{- else }}
  preferredDuringSchedulingIgnoredDuringExecution: {{- list (dict "weight" 100 "podAffinityTerm" $term) | toYaml | nindent 4 }}
{{- end }}
{{- end -}}

{{/* What containers of all machines need. */}}
{{- define "fleet.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
command: ["/opt/marketplace/aggregator/Marketplace.Aggregator", "serve", "--log-format", "json"]
ports:
  - { name: silo, containerPort: {{ .Values.port }} }
# A machine that the others have declared dead ends by itself; a probe need not do it.
startupProbe:
  tcpSocket: { port: silo }
  periodSeconds: 5
  failureThreshold: 60
readinessProbe:
  tcpSocket: { port: silo }
  periodSeconds: 5
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end -}}

{{- define "fleet.environment" -}}
# The runtime would make a pipe for debuggers.
- { name: DOTNET_EnableDiagnostics, value: "0" }
- name: MARKETPLACE_ADDRESS
  valueFrom: { fieldRef: { fieldPath: status.podIP } }
- { name: MARKETPLACE_PORT, value: "{{ .Values.port }}" }
- name: MARKETPLACE_DATABASE
  valueFrom: { secretKeyRef: { name: {{ .Values.secrets.database }}, key: connection-string } }
- { name: MARKETPLACE_SRS, value: "/srv/srs/{{ .Values.referenceString }}" }
- { name: MARKETPLACE_TLS_CERTIFICATE, value: /etc/marketplace/certificates/silo.pem }
- { name: MARKETPLACE_TLS_KEY, value: /etc/marketplace/certificates/silo.key }
- { name: MARKETPLACE_TLS_AUTHORITY, value: /etc/marketplace/certificates/fleet.pem }
{{- with .Values.collector }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- end -}}

{{- define "fleet.mounts" -}}
- { name: certificates, mountPath: /etc/marketplace/certificates, readOnly: true }
- { name: reference-string, mountPath: /srv/srs, readOnly: true }
- { name: temporary, mountPath: /tmp }
{{- end -}}

{{- define "fleet.volumes" -}}
- name: certificates
  secret: { secretName: {{ .Values.secrets.certificates }}, defaultMode: 0440 }
- name: reference-string
  persistentVolumeClaim: { claimName: {{ .Values.claims.referenceString }}, readOnly: true }
- name: temporary
  emptyDir: { sizeLimit: 1Gi }
{{- end -}}
